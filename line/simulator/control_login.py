"""LINE Login and LIFF, for `control.Simulator`: channels, apps, and people who sign in without a browser."""

from line.simulator.remote import Remote


class LoginControl(Remote):
    def add_login_channel(
        self, login_channel_id: str, secret: str, *, channel_id: str, redirect_uris: list[str], **more
    ) -> dict:
        """Make a LINE Login channel, or change it. `channel_id` is that of the linked LINE Official Account.

        `more`: `name`; `is_linked` False for an account of the same provider that is not linked;
        `is_certified` for a provider whose add-friend option is ticked from the start.
        """
        settings = {"secret": secret, "channel_id": channel_id, "redirect_uris": redirect_uris, **more}
        return self._post("/sim/login-channels", login_channel_id=login_channel_id, **settings)

    def sign_in(
        self, user_id: str, authorize_url: str, *, add_friend: bool | None = None, agree: bool = True
    ) -> str:
        """Somebody follows a link to LINE Login: the address their browser is sent to in the end.

        `add_friend` is what they do with the option if it is shown: None leaves it alone. Who agreed before
        sees no screen, and so no option, without `prompt=consent` in the address. Raises SimulatorError where
        LINE shows an error page instead.
        """
        given = {"user_id": user_id, "url": authorize_url, "add_friend": add_friend, "agree": agree}
        return self._post("/sim/sign-in", **given)["url"]

    def add_liff_app(
        self, login_channel_id: str, url: str, *, bot_prompt: str = "none", scopes: list[str] | None = None
    ) -> str:
        """Make a LIFF app with this endpoint URL, and answer with its id; it opens at `/liff/{id}` here."""
        app = {
            "view": {"type": "full", "url": url},
            "botPrompt": bot_prompt,
            "scope": scopes or ["openid", "profile"],
        }
        return self._post(f"/sim/login-channels/{login_channel_id}/liff-apps", **app)["liffId"]

    def open_liff(self, user_id: str, liff_url: str) -> dict:
        """Somebody opens a LIFF URL inside LINE and agrees, without a browser.

        `url` is the address their page is opened with, `id_token` and `access_token` what the SDK would give
        it.
        """
        return self._post("/sim/open-liff", user_id=user_id, url=liff_url)
