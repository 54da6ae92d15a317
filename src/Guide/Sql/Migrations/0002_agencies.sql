-- The agency whose people look after an organisation and its services; null when the node as a whole does. Agencies are
-- platform_agencies.
alter table guide_organizations add column agency_id text;
create index guide_organizations_by_agency on guide_organizations (agency_id);

-- The agency for which an import was run, by somebody whose right to import ends there; null for the node.
alter table guide_imports add column agency_id text;
