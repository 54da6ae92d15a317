-- The services directory, in the terms of HSDS 3. Times are ISO 8601 in UTC with milliseconds; dates and hours stay as
-- published, since sources write them in several ways; an empty text means that nothing is known. Columns named extra
-- keep, as JSON, what a source said beyond these columns; null when it said nothing more.

create table guide_imports (
    id text primary key,
    source_set text not null,
    mapping text not null,
    started_at text not null,
    actor text not null,
    retrieved_at text not null,
    added integer not null check (added >= 0),
    changed integer not null check (changed >= 0),
    unchanged integer not null check (unchanged >= 0),
    kept integer not null check (kept >= 0),
    vanished integer not null check (vanished >= 0),
    retired integer not null check (retired >= 0),
    errors integer not null check (errors >= 0),
    report text not null
);
create index guide_imports_by_set on guide_imports (source_set, started_at);

create table guide_import_files (
    import_id text not null references guide_imports (id),
    ordinal integer not null check (ordinal >= 0),
    name text not null,
    bytes bigint not null check (bytes >= 0),
    hash text not null,
    primary key (import_id, ordinal)
);

-- What every record of the directory has: version, confidentiality, confirmation and where it came from.
create table guide_records (
    kind text not null check (kind in
        ('organization', 'service', 'location', 'service_at_location', 'taxonomy', 'taxonomy_term')),
    id text not null,
    version integer not null check (version > 0),
    confidentiality text not null check (confidentiality in ('public', 'area_only', 'contact_only', 'withheld')),
    text_language text not null,
    created_at text not null,
    changed_at text not null,
    changed_by text not null,
    confirmed_at text,
    confirmed_by text not null,
    review_due text,
    retired_at text,
    source_set text not null,
    source_id text not null,
    source_hash text not null,
    import_id text references guide_imports (id),
    import_line integer not null check (import_line >= 0),
    retrieved_at text,
    extra text,
    primary key (kind, id)
);
create index guide_records_by_source on guide_records (source_set, kind, source_id);
create index guide_records_by_review on guide_records (review_due);

-- Each version in full, so that two can be compared.
create table guide_record_versions (
    kind text not null,
    id text not null,
    version integer not null check (version > 0),
    at text not null,
    actor text not null,
    change text not null check (change in ('imported', 'edited', 'confirmed', 'translated', 'retired', 'restored')),
    import_id text references guide_imports (id),
    snapshot text not null,
    primary key (kind, id, version),
    foreign key (kind, id) references guide_records (kind, id)
);

create table guide_organizations (
    kind text not null check (kind = 'organization'),
    id text primary key,
    name text not null,
    alternate_name text not null,
    description text not null,
    email text not null,
    website text not null,
    tax_status text not null,
    tax_id text not null,
    year_incorporated double precision,
    legal_status text not null,
    logo text not null,
    uri text not null,
    parent_organization_id text,
    foreign key (kind, id) references guide_records (kind, id)
);

create table guide_services (
    kind text not null check (kind = 'service'),
    id text primary key,
    organization_id text references guide_organizations (id),
    name text not null,
    alternate_name text not null,
    description text not null,
    url text not null,
    email text not null,
    status text not null check (status in ('active', 'inactive', 'defunct', 'temporarily closed')),
    interpretation_services text not null,
    application_process text not null,
    fees_description text not null,
    wait_time text not null,
    fees text not null,
    accreditations text not null,
    eligibility_description text not null,
    minimum_age double precision,
    maximum_age double precision,
    assured_date text not null,
    assurer_email text not null,
    licenses text not null,
    alert text not null,
    last_modified text not null,
    free boolean,
    foreign key (kind, id) references guide_records (kind, id)
);
create index guide_services_by_organization on guide_services (organization_id);

create table guide_locations (
    kind text not null check (kind = 'location'),
    id text primary key,
    organization_id text references guide_organizations (id),
    location_type text not null check (location_type in ('physical', 'postal', 'virtual')),
    url text not null,
    name text not null,
    alternate_name text not null,
    description text not null,
    transportation text not null,
    latitude double precision check (latitude between -90 and 90),
    longitude double precision check (longitude between -180 and 180),
    position_precision text not null check (position_precision in ('exact', 'approximate')),
    external_identifier text not null,
    external_identifier_type text not null,
    time_zone text not null,
    country text not null,
    admin_area text not null,
    check ((latitude is null) = (longitude is null)),
    foreign key (kind, id) references guide_records (kind, id)
);
create index guide_locations_by_organization on guide_locations (organization_id);

create table guide_services_at_locations (
    kind text not null check (kind = 'service_at_location'),
    id text primary key,
    service_id text not null references guide_services (id),
    location_id text references guide_locations (id),
    description text not null,
    foreign key (kind, id) references guide_records (kind, id)
);
create index guide_services_at_locations_by_service on guide_services_at_locations (service_id);
create index guide_services_at_locations_by_location on guide_services_at_locations (location_id);

create table guide_taxonomies (
    kind text not null check (kind = 'taxonomy'),
    id text primary key,
    name text not null,
    description text not null,
    uri text not null,
    version_text text not null,
    foreign key (kind, id) references guide_records (kind, id)
);

-- A parent may stand outside of what a source publishes; circles are refused when terms are written.
create table guide_taxonomy_terms (
    kind text not null check (kind = 'taxonomy_term'),
    id text primary key,
    taxonomy_id text references guide_taxonomies (id),
    taxonomy_name text not null,
    code text not null,
    name text not null,
    description text not null,
    parent_id text check (parent_id <> id),
    language text not null,
    term_uri text not null,
    foreign key (kind, id) references guide_records (kind, id)
);

-- From here on: what belongs to a record, in the order of its source.

create table guide_translations (
    owner_kind text not null,
    owner_id text not null,
    field text not null,
    language text not null,
    value text not null,
    source_hash text not null,
    method text not null check (method in ('human', 'machine', 'post_edited', 'source')),
    reviewer text not null,
    reviewed_at text,
    primary key (owner_kind, owner_id, field, language),
    foreign key (owner_kind, owner_id) references guide_records (kind, id)
);

create table guide_phones (
    owner_kind text not null,
    owner_id text not null,
    ordinal integer not null check (ordinal >= 0),
    id text not null,
    number text not null,
    extension double precision,
    type text not null,
    description text not null,
    languages text not null,
    extra text,
    primary key (owner_kind, owner_id, ordinal),
    foreign key (owner_kind, owner_id) references guide_records (kind, id)
);

create table guide_contacts (
    owner_kind text not null,
    owner_id text not null,
    ordinal integer not null check (ordinal >= 0),
    id text not null,
    name text not null,
    title text not null,
    department text not null,
    email text not null,
    phones text not null,
    extra text,
    primary key (owner_kind, owner_id, ordinal),
    foreign key (owner_kind, owner_id) references guide_records (kind, id)
);

create table guide_schedules (
    owner_kind text not null,
    owner_id text not null,
    ordinal integer not null check (ordinal >= 0),
    id text not null,
    valid_from text not null,
    valid_to text not null,
    dtstart text not null,
    timezone double precision,
    until text not null,
    count double precision,
    wkst text not null,
    freq text not null,
    "interval" double precision,
    byday text not null,
    byweekno text not null,
    bymonthday text not null,
    byyearday text not null,
    description text not null,
    opens_at text not null,
    closes_at text not null,
    closes_next_day boolean not null,
    closed_on_public_holidays boolean not null,
    schedule_link text not null,
    attending_type text not null,
    notes text not null,
    extra text,
    primary key (owner_kind, owner_id, ordinal),
    foreign key (owner_kind, owner_id) references guide_records (kind, id)
);

create table guide_holiday_schedules (
    owner_kind text not null,
    owner_id text not null,
    ordinal integer not null check (ordinal >= 0),
    id text not null,
    closed boolean not null,
    start_date text not null,
    end_date text not null,
    opens_at text not null,
    closes_at text not null,
    closes_next_day boolean not null,
    description text not null,
    extra text,
    primary key (owner_kind, owner_id, ordinal),
    foreign key (owner_kind, owner_id) references guide_records (kind, id)
);

create table guide_languages (
    owner_kind text not null,
    owner_id text not null,
    ordinal integer not null check (ordinal >= 0),
    id text not null,
    name text not null,
    code text not null,
    note text not null,
    extra text,
    primary key (owner_kind, owner_id, ordinal),
    foreign key (owner_kind, owner_id) references guide_records (kind, id)
);

create table guide_addresses (
    owner_kind text not null check (owner_kind = 'location'),
    owner_id text not null,
    ordinal integer not null check (ordinal >= 0),
    id text not null,
    attention text not null,
    address_1 text not null,
    address_2 text not null,
    city text not null,
    region text not null,
    state_province text not null,
    postal_code text not null,
    country text not null,
    address_type text not null,
    extra text,
    primary key (owner_kind, owner_id, ordinal),
    foreign key (owner_kind, owner_id) references guide_records (kind, id)
);

create table guide_accessibility (
    owner_kind text not null check (owner_kind = 'location'),
    owner_id text not null,
    ordinal integer not null check (ordinal >= 0),
    id text not null,
    code text not null,
    description text not null,
    details text not null,
    url text not null,
    extra text,
    primary key (owner_kind, owner_id, ordinal),
    foreign key (owner_kind, owner_id) references guide_records (kind, id)
);

create table guide_eligibility (
    owner_kind text not null check (owner_kind = 'service'),
    owner_id text not null,
    ordinal integer not null check (ordinal >= 0),
    id text not null,
    criterion text not null,
    extra text,
    primary key (owner_kind, owner_id, ordinal),
    foreign key (owner_kind, owner_id) references guide_records (kind, id)
);

create table guide_required_documents (
    owner_kind text not null check (owner_kind = 'service'),
    owner_id text not null,
    ordinal integer not null check (ordinal >= 0),
    id text not null,
    document text not null,
    uri text not null,
    extra text,
    primary key (owner_kind, owner_id, ordinal),
    foreign key (owner_kind, owner_id) references guide_records (kind, id)
);

create table guide_cost_options (
    owner_kind text not null check (owner_kind = 'service'),
    owner_id text not null,
    ordinal integer not null check (ordinal >= 0),
    id text not null,
    valid_from text not null,
    valid_to text not null,
    option text not null,
    currency text not null,
    amount double precision,
    amount_description text not null,
    extra text,
    primary key (owner_kind, owner_id, ordinal),
    foreign key (owner_kind, owner_id) references guide_records (kind, id)
);

create table guide_capacities (
    owner_kind text not null check (owner_kind = 'service'),
    owner_id text not null,
    ordinal integer not null check (ordinal >= 0),
    id text not null,
    unit text,
    available double precision,
    maximum double precision,
    description text not null,
    updated text not null,
    extra text,
    primary key (owner_kind, owner_id, ordinal),
    foreign key (owner_kind, owner_id) references guide_records (kind, id)
);

create table guide_service_areas (
    owner_kind text not null,
    owner_id text not null,
    ordinal integer not null check (ordinal >= 0),
    id text not null,
    name text not null,
    description text not null,
    extent text not null,
    extent_type text not null,
    uri text not null,
    extra text,
    primary key (owner_kind, owner_id, ordinal),
    foreign key (owner_kind, owner_id) references guide_records (kind, id)
);

create table guide_programs (
    owner_kind text not null check (owner_kind in ('organization', 'service')),
    owner_id text not null,
    ordinal integer not null check (ordinal >= 0),
    id text not null,
    name text not null,
    alternate_name text not null,
    description text not null,
    extra text,
    primary key (owner_kind, owner_id, ordinal),
    foreign key (owner_kind, owner_id) references guide_records (kind, id)
);

create table guide_funding (
    owner_kind text not null check (owner_kind in ('organization', 'service')),
    owner_id text not null,
    ordinal integer not null check (ordinal >= 0),
    id text not null,
    source text not null,
    extra text,
    primary key (owner_kind, owner_id, ordinal),
    foreign key (owner_kind, owner_id) references guide_records (kind, id)
);

create table guide_organization_identifiers (
    owner_kind text not null check (owner_kind = 'organization'),
    owner_id text not null,
    ordinal integer not null check (ordinal >= 0),
    id text not null,
    identifier_scheme text not null,
    identifier_type text not null,
    identifier text not null,
    extra text,
    primary key (owner_kind, owner_id, ordinal),
    foreign key (owner_kind, owner_id) references guide_records (kind, id)
);

create table guide_urls (
    owner_kind text not null check (owner_kind in ('organization', 'service')),
    owner_id text not null,
    ordinal integer not null check (ordinal >= 0),
    id text not null,
    url text not null,
    label text not null,
    extra text,
    primary key (owner_kind, owner_id, ordinal),
    foreign key (owner_kind, owner_id) references guide_records (kind, id)
);

create table guide_attributes (
    owner_kind text not null,
    owner_id text not null,
    ordinal integer not null check (ordinal >= 0),
    id text not null,
    taxonomy_term_id text,
    link_type text not null,
    link_entity text not null,
    value text not null,
    label text not null,
    extra text,
    primary key (owner_kind, owner_id, ordinal),
    foreign key (owner_kind, owner_id) references guide_records (kind, id)
);
create index guide_attributes_by_term on guide_attributes (taxonomy_term_id);

create table guide_metadata (
    owner_kind text not null,
    owner_id text not null,
    ordinal integer not null check (ordinal >= 0),
    id text not null,
    resource_type text not null,
    last_action_date text not null,
    last_action_type text not null,
    field_name text not null,
    previous_value text not null,
    replacement_value text not null,
    updated_by text not null,
    extra text,
    primary key (owner_kind, owner_id, ordinal),
    foreign key (owner_kind, owner_id) references guide_records (kind, id)
);
