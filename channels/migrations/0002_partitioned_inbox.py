"""The raw inbox and the event log, in partitions by day; rows that match no day go to the default one."""

from django.db import migrations

CREATE = """
CREATE TABLE channels_inboxbody (
    id bigint GENERATED ALWAYS AS IDENTITY,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    tenant_id integer NOT NULL,
    body bytea NOT NULL,
    signature varchar(64) NOT NULL,
    state varchar(12) NOT NULL DEFAULT 'new',
    error text NOT NULL DEFAULT '',
    PRIMARY KEY (received_at, id)
) PARTITION BY RANGE (received_at);
CREATE INDEX inboxbody_new ON channels_inboxbody (tenant_id, id) WHERE state = 'new';
CREATE INDEX inboxbody_tenant ON channels_inboxbody (tenant_id, id DESC) WHERE state = 'quarantined';
CREATE TABLE channels_inboxbody_other PARTITION OF channels_inboxbody DEFAULT;

CREATE TABLE channels_webhookevent (
    id bigint GENERATED ALWAYS AS IDENTITY,
    tenant_id integer NOT NULL,
    webhook_event_id varchar(40) NOT NULL,
    happened_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    type varchar(30) NOT NULL,
    line_user_id varchar(33) NOT NULL DEFAULT '',
    payload jsonb NOT NULL,
    state varchar(10) NOT NULL,
    error text NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, webhook_event_id, happened_at)
) PARTITION BY RANGE (happened_at);
CREATE INDEX webhookevent_newest ON channels_webhookevent (tenant_id, id DESC);
CREATE INDEX webhookevent_failed ON channels_webhookevent (tenant_id, id DESC) WHERE state = 'failed';
CREATE TABLE channels_webhookevent_other PARTITION OF channels_webhookevent DEFAULT;
"""
DROP = "DROP TABLE channels_inboxbody; DROP TABLE channels_webhookevent;"


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_channel_and_inbox")]

    operations = [migrations.RunSQL(CREATE, DROP)]
