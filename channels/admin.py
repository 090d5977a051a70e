"""Channels, and what came in and could not be processed: on the agency's site and on each client's."""

from typing import Protocol

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminPasswordWidget

from accounts.errors import AppError
from accounts.http import Request
from accounts.models import Tenant
from accounts.rows import ClientRow, ClientRowAdmin, ReadOnly
from accounts.sites import agency_admin, client_admin
from channels import event_log, processing, rotation, services, webhook
from channels.login import Login
from channels.models import Channel, ChannelCheck, InboxBody, WebhookEvent
from channels.services import Facts


class NamedRow(ClientRow, Protocol):
    """As `RowsOfClients` reads it."""

    client_name: str


class RowsOfClients(ClientRowAdmin):
    """With the client's name, where a row has only its number."""

    show_full_result_count = False

    def get_queryset(self, request: Request) -> models.QuerySet:
        name = Tenant.objects.filter(pk=models.OuterRef("tenant_id")).values("name")
        return super().get_queryset(request).annotate(client_name=models.Subquery(name))

    def has_delete_permission(self, request: Request, obj: ClientRow | None = None) -> bool:
        return False

    @admin.display(description=_("client"), ordering="client_name")
    def client(self, row: NamedRow) -> str:
        return row.client_name


class Received(ReadOnly, RowsOfClients):
    def has_replay_permission(self, request: Request) -> bool:
        return request.user.has_perm("channels.change_webhookevent")


class ChannelForm(forms.ModelForm):
    """Asks LINE before anything is saved. Secrets go in and never come out again."""

    channel_secret = forms.CharField(
        label=_("channel secret"),
        max_length=64,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "off"}),
        help_text=_("From the “Basic settings” of the channel in the LINE Developers Console."),
    )
    login_secret = forms.CharField(
        label=_("LINE Login channel secret"),
        max_length=64,
        required=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "off"}),
        help_text=_("Of the Login channel, which is under the same provider."),
    )

    class Meta:
        model = Channel
        fields = [
            "tenant",
            "channel_id",
            "mode",
            "account_type",
            "provider_id",
            "provider_name",
            "login_channel_id",
            "liff_id",
        ]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            secret = self.fields["channel_secret"]
            secret.required, secret.help_text = False, _("Leave empty to keep the present one.")
            self.fields["account_type"].required = True

    def clean(self) -> dict:
        fields = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self._ask_line(fields)
            except AppError as refusal:
                raise ValidationError(refusal.message) from refusal
        return fields

    def _ask_line(self, fields: dict) -> None:
        """Raises ChannelRefused."""
        secret = fields["channel_secret"]
        if not self.instance.pk:
            tenant, channel_id = fields["tenant"], fields["channel_id"]
            services.look(tenant, channel_id=channel_id, channel_secret=secret, login=self.login())
        elif secret:
            rotation.check(self.instance, secret)

    def login(self) -> Login:
        given = self.cleaned_data
        return Login(given["login_channel_id"], given["login_secret"], given["liff_id"])

    def facts(self) -> Facts:
        return Facts(**{name: self.cleaned_data[name] for name in Facts._fields})


class ChannelAdmin(RowsOfClients):
    form = ChannelForm
    list_display = ["name", "client", "basic_id", "mode", "account_type", "webhook_problem"]
    list_filter = ["mode", "account_type"]
    search_fields = ["name", "channel_id", "basic_id"]
    entered_once = ["tenant", "channel_id", "mode", "login_channel_id", "liff_id"]
    facts = [
        "name",
        "basic_id",
        "bot_user_id",
        "webhook_address",
        "previous_webhook_url",
        "webhook_checked_at",
        "webhook_problem",
        "bad_signature_count",
        "bad_signature_at",
        "connected_at",
        "secret_since",
        "has_old_secret",
        "old_secret_until",
    ]
    actions = ["check_webhook", "finish_rotation"]

    def get_fields(self, request: Request, obj: Channel | None = None) -> list[str]:
        told = list(Facts._fields)
        if obj:
            return [*self.entered_once, *told, "channel_secret", *self.facts]
        login = ["login_channel_id", "login_secret", "liff_id"]
        return ["tenant", "channel_id", "channel_secret", "mode", *told, *login]

    def get_readonly_fields(self, request: Request, obj: Channel | None = None) -> list[str]:
        return [*self.entered_once, *self.facts] if obj else []

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: Request, **kwargs: object
    ) -> forms.ModelChoiceField | None:
        kwargs["queryset"] = self.clients(request, "add").filter(channel=None)
        return ModelAdmin.formfield_for_foreignkey(self, db_field, request, **kwargs)

    def save_model(self, request: Request, obj: Channel, form: ChannelForm, change: bool) -> None:
        secret, user = form.cleaned_data["channel_secret"], request.user
        if not change:
            obj.pk = services.connect_channel(
                obj.tenant,
                channel_id=obj.channel_id,
                channel_secret=secret,
                mode=obj.mode,
                facts=form.facts(),
                login=form.login(),
                by=user,
            ).pk
            return
        if secret:
            rotation.begin_rotation(obj, channel_secret=secret, by=user)
        if set(Facts._fields) & set(form.changed_data):
            services.note_facts(obj, form.facts(), by=user)

    @admin.display(description=_("webhook address"))
    def webhook_address(self, channel: Channel) -> str:
        return channel.webhook_url

    @admin.display(description=_("old secret still accepted"), boolean=True)
    def has_old_secret(self, channel: Channel) -> bool:
        return channel.is_rotating

    @admin.action(description=_("Set and test the webhook"), permissions=["change"])
    def check_webhook(self, request: Request, queryset: models.QuerySet[Channel]) -> None:
        for channel in queryset:
            try:
                webhook.check_webhook(channel)
            except AppError as refusal:
                messages.error(request, f"{channel}: {refusal.message}")
                continue
            if channel.webhook_problem:
                messages.warning(request, f"{channel}: {channel.webhook_problem}")
            else:
                messages.success(request, _("%(channel)s: LINE reaches the webhook.") % {"channel": channel})

    @admin.action(description=_("Accept the old secret no longer"), permissions=["change"])
    def finish_rotation(self, request: Request, queryset: models.QuerySet[Channel]) -> None:
        for channel in queryset:
            rotation.finish_rotation(channel, by=request.user)
        messages.success(request, _("Only the present secrets are accepted now."))


class ChannelCheckAdmin(ReadOnly, RowsOfClients):
    """What was found out about channels, and when it changed."""

    list_display = ["since", "client", "kind", "state", "title", "until"]
    list_filter = ["kind", "state", ("until", admin.EmptyFieldListFilter)]
    fields = ["client", "kind", "state", "title", "advice", "since", "checked_at", "until", "announced_at"]
    readonly_fields = ["client", "title", "advice"]

    @admin.display(description=_("finding"))
    def title(self, check: ChannelCheck) -> str:
        return check.title

    @admin.display(description=_("what to do"))
    def advice(self, check: ChannelCheck) -> str:
        return check.advice


class InboxBodyAdmin(Received):
    """Bodies in quarantine."""

    list_display = ["received_at", "client", "error"]
    fields = ["client", "received_at", "error", "signature", "text"]
    readonly_fields = ["client", "text"]
    actions = ["process_again"]

    def get_queryset(self, request: Request) -> models.QuerySet[InboxBody]:
        return super().get_queryset(request).filter(state=InboxBody.State.QUARANTINED)

    @admin.display(description=_("body"))
    def text(self, body: InboxBody) -> str:
        return bytes(body.body).decode("utf-8", "backslashreplace")

    @admin.action(description=_("Process again"), permissions=["replay"])
    def process_again(self, request: Request, queryset: models.QuerySet[InboxBody]) -> None:
        count = processing.process_again(queryset)
        messages.success(request, _("Bodies back in the inbox: %(count)d") % {"count": count})


class WebhookEventAdmin(Received):
    """All events, those that failed to be looked at and replayed."""

    list_display = ["happened_at", "client", "type", "state", "error"]
    list_filter = ["state", "type"]
    search_fields = ["=webhook_event_id", "=line_user_id"]
    search_help_text = _("The whole event ID or LINE user ID")
    fields = [
        "client",
        "type",
        "happened_at",
        "received_at",
        "webhook_event_id",
        "line_user_id",
        "state",
        "error",
        "payload",
    ]
    readonly_fields = ["client"]
    actions = ["replay"]

    @admin.action(description=_("Handle again what failed or was ignored"), permissions=["replay"])
    def replay(self, request: Request, queryset: models.QuerySet[WebhookEvent]) -> None:
        done, failed = event_log.replay(queryset)
        text = _("%(done)d handled, %(failed)d failed again.") % {"done": done, "failed": failed}
        messages.warning(request, text) if failed else messages.success(request, text)


for site in (agency_admin, client_admin):
    site.register(Channel, ChannelAdmin)
    site.register(ChannelCheck, ChannelCheckAdmin)
    site.register(InboxBody, InboxBodyAdmin)
    site.register(WebhookEvent, WebhookEventAdmin)
