-- What has gathered is counted from the index alone.
drop index flows_groups_gathered;
create index flows_groups_gathered on flows_groups (received_at, superseded_at, withdrawn) where sealed_at is null;
