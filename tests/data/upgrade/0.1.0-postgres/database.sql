--
-- PostgreSQL database dump
--


-- Dumped from database version 15.20 (Debian 15.20-0+deb12u1)
-- Dumped by pg_dump version 15.20 (Debian 15.20-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: guide_accessibility; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_accessibility (
    owner_kind text NOT NULL,
    owner_id text NOT NULL,
    ordinal integer NOT NULL,
    id text NOT NULL,
    code text NOT NULL,
    description text NOT NULL,
    details text NOT NULL,
    url text NOT NULL,
    extra text,
    CONSTRAINT guide_accessibility_ordinal_check CHECK ((ordinal >= 0)),
    CONSTRAINT guide_accessibility_owner_kind_check CHECK ((owner_kind = 'location'::text))
);


--
-- Name: guide_addresses; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_addresses (
    owner_kind text NOT NULL,
    owner_id text NOT NULL,
    ordinal integer NOT NULL,
    id text NOT NULL,
    attention text NOT NULL,
    address_1 text NOT NULL,
    address_2 text NOT NULL,
    city text NOT NULL,
    region text NOT NULL,
    state_province text NOT NULL,
    postal_code text NOT NULL,
    country text NOT NULL,
    address_type text NOT NULL,
    extra text,
    CONSTRAINT guide_addresses_ordinal_check CHECK ((ordinal >= 0)),
    CONSTRAINT guide_addresses_owner_kind_check CHECK ((owner_kind = 'location'::text))
);


--
-- Name: guide_attributes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_attributes (
    owner_kind text NOT NULL,
    owner_id text NOT NULL,
    ordinal integer NOT NULL,
    id text NOT NULL,
    taxonomy_term_id text,
    link_type text NOT NULL,
    link_entity text NOT NULL,
    value text NOT NULL,
    label text NOT NULL,
    extra text,
    CONSTRAINT guide_attributes_ordinal_check CHECK ((ordinal >= 0))
);


--
-- Name: guide_capacities; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_capacities (
    owner_kind text NOT NULL,
    owner_id text NOT NULL,
    ordinal integer NOT NULL,
    id text NOT NULL,
    unit text,
    available double precision,
    maximum double precision,
    description text NOT NULL,
    updated text NOT NULL,
    extra text,
    CONSTRAINT guide_capacities_ordinal_check CHECK ((ordinal >= 0)),
    CONSTRAINT guide_capacities_owner_kind_check CHECK ((owner_kind = 'service'::text))
);


--
-- Name: guide_contacts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_contacts (
    owner_kind text NOT NULL,
    owner_id text NOT NULL,
    ordinal integer NOT NULL,
    id text NOT NULL,
    name text NOT NULL,
    title text NOT NULL,
    department text NOT NULL,
    email text NOT NULL,
    phones text NOT NULL,
    extra text,
    CONSTRAINT guide_contacts_ordinal_check CHECK ((ordinal >= 0))
);


--
-- Name: guide_cost_options; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_cost_options (
    owner_kind text NOT NULL,
    owner_id text NOT NULL,
    ordinal integer NOT NULL,
    id text NOT NULL,
    valid_from text NOT NULL,
    valid_to text NOT NULL,
    option text NOT NULL,
    currency text NOT NULL,
    amount double precision,
    amount_description text NOT NULL,
    extra text,
    CONSTRAINT guide_cost_options_ordinal_check CHECK ((ordinal >= 0)),
    CONSTRAINT guide_cost_options_owner_kind_check CHECK ((owner_kind = 'service'::text))
);


--
-- Name: guide_eligibility; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_eligibility (
    owner_kind text NOT NULL,
    owner_id text NOT NULL,
    ordinal integer NOT NULL,
    id text NOT NULL,
    criterion text NOT NULL,
    extra text,
    CONSTRAINT guide_eligibility_ordinal_check CHECK ((ordinal >= 0)),
    CONSTRAINT guide_eligibility_owner_kind_check CHECK ((owner_kind = 'service'::text))
);


--
-- Name: guide_funding; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_funding (
    owner_kind text NOT NULL,
    owner_id text NOT NULL,
    ordinal integer NOT NULL,
    id text NOT NULL,
    source text NOT NULL,
    extra text,
    CONSTRAINT guide_funding_ordinal_check CHECK ((ordinal >= 0)),
    CONSTRAINT guide_funding_owner_kind_check CHECK ((owner_kind = ANY (ARRAY['organization'::text, 'service'::text])))
);


--
-- Name: guide_holiday_schedules; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_holiday_schedules (
    owner_kind text NOT NULL,
    owner_id text NOT NULL,
    ordinal integer NOT NULL,
    id text NOT NULL,
    closed boolean NOT NULL,
    start_date text NOT NULL,
    end_date text NOT NULL,
    opens_at text NOT NULL,
    closes_at text NOT NULL,
    closes_next_day boolean NOT NULL,
    description text NOT NULL,
    extra text,
    CONSTRAINT guide_holiday_schedules_ordinal_check CHECK ((ordinal >= 0))
);


--
-- Name: guide_import_files; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_import_files (
    import_id text NOT NULL,
    ordinal integer NOT NULL,
    name text NOT NULL,
    bytes bigint NOT NULL,
    hash text NOT NULL,
    CONSTRAINT guide_import_files_bytes_check CHECK ((bytes >= 0)),
    CONSTRAINT guide_import_files_ordinal_check CHECK ((ordinal >= 0))
);


--
-- Name: guide_imports; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_imports (
    id text NOT NULL,
    source_set text NOT NULL,
    mapping text NOT NULL,
    started_at text NOT NULL,
    actor text NOT NULL,
    retrieved_at text NOT NULL,
    added integer NOT NULL,
    changed integer NOT NULL,
    unchanged integer NOT NULL,
    kept integer NOT NULL,
    vanished integer NOT NULL,
    retired integer NOT NULL,
    errors integer NOT NULL,
    report text NOT NULL,
    CONSTRAINT guide_imports_added_check CHECK ((added >= 0)),
    CONSTRAINT guide_imports_changed_check CHECK ((changed >= 0)),
    CONSTRAINT guide_imports_errors_check CHECK ((errors >= 0)),
    CONSTRAINT guide_imports_kept_check CHECK ((kept >= 0)),
    CONSTRAINT guide_imports_retired_check CHECK ((retired >= 0)),
    CONSTRAINT guide_imports_unchanged_check CHECK ((unchanged >= 0)),
    CONSTRAINT guide_imports_vanished_check CHECK ((vanished >= 0))
);


--
-- Name: guide_languages; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_languages (
    owner_kind text NOT NULL,
    owner_id text NOT NULL,
    ordinal integer NOT NULL,
    id text NOT NULL,
    name text NOT NULL,
    code text NOT NULL,
    note text NOT NULL,
    extra text,
    CONSTRAINT guide_languages_ordinal_check CHECK ((ordinal >= 0))
);


--
-- Name: guide_locations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_locations (
    kind text NOT NULL,
    id text NOT NULL,
    organization_id text,
    location_type text NOT NULL,
    url text NOT NULL,
    name text NOT NULL,
    alternate_name text NOT NULL,
    description text NOT NULL,
    transportation text NOT NULL,
    latitude double precision,
    longitude double precision,
    position_precision text NOT NULL,
    external_identifier text NOT NULL,
    external_identifier_type text NOT NULL,
    time_zone text NOT NULL,
    country text NOT NULL,
    admin_area text NOT NULL,
    CONSTRAINT guide_locations_check CHECK (((latitude IS NULL) = (longitude IS NULL))),
    CONSTRAINT guide_locations_kind_check CHECK ((kind = 'location'::text)),
    CONSTRAINT guide_locations_latitude_check CHECK (((latitude >= ('-90'::integer)::double precision) AND (latitude <= (90)::double precision))),
    CONSTRAINT guide_locations_location_type_check CHECK ((location_type = ANY (ARRAY['physical'::text, 'postal'::text, 'virtual'::text]))),
    CONSTRAINT guide_locations_longitude_check CHECK (((longitude >= ('-180'::integer)::double precision) AND (longitude <= (180)::double precision))),
    CONSTRAINT guide_locations_position_precision_check CHECK ((position_precision = ANY (ARRAY['exact'::text, 'approximate'::text])))
);


--
-- Name: guide_metadata; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_metadata (
    owner_kind text NOT NULL,
    owner_id text NOT NULL,
    ordinal integer NOT NULL,
    id text NOT NULL,
    resource_type text NOT NULL,
    last_action_date text NOT NULL,
    last_action_type text NOT NULL,
    field_name text NOT NULL,
    previous_value text NOT NULL,
    replacement_value text NOT NULL,
    updated_by text NOT NULL,
    extra text,
    CONSTRAINT guide_metadata_ordinal_check CHECK ((ordinal >= 0))
);


--
-- Name: guide_organization_identifiers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_organization_identifiers (
    owner_kind text NOT NULL,
    owner_id text NOT NULL,
    ordinal integer NOT NULL,
    id text NOT NULL,
    identifier_scheme text NOT NULL,
    identifier_type text NOT NULL,
    identifier text NOT NULL,
    extra text,
    CONSTRAINT guide_organization_identifiers_ordinal_check CHECK ((ordinal >= 0)),
    CONSTRAINT guide_organization_identifiers_owner_kind_check CHECK ((owner_kind = 'organization'::text))
);


--
-- Name: guide_organizations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_organizations (
    kind text NOT NULL,
    id text NOT NULL,
    name text NOT NULL,
    alternate_name text NOT NULL,
    description text NOT NULL,
    email text NOT NULL,
    website text NOT NULL,
    tax_status text NOT NULL,
    tax_id text NOT NULL,
    year_incorporated double precision,
    legal_status text NOT NULL,
    logo text NOT NULL,
    uri text NOT NULL,
    parent_organization_id text,
    CONSTRAINT guide_organizations_kind_check CHECK ((kind = 'organization'::text))
);


--
-- Name: guide_phones; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_phones (
    owner_kind text NOT NULL,
    owner_id text NOT NULL,
    ordinal integer NOT NULL,
    id text NOT NULL,
    number text NOT NULL,
    extension double precision,
    type text NOT NULL,
    description text NOT NULL,
    languages text NOT NULL,
    extra text,
    CONSTRAINT guide_phones_ordinal_check CHECK ((ordinal >= 0))
);


--
-- Name: guide_programs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_programs (
    owner_kind text NOT NULL,
    owner_id text NOT NULL,
    ordinal integer NOT NULL,
    id text NOT NULL,
    name text NOT NULL,
    alternate_name text NOT NULL,
    description text NOT NULL,
    extra text,
    CONSTRAINT guide_programs_ordinal_check CHECK ((ordinal >= 0)),
    CONSTRAINT guide_programs_owner_kind_check CHECK ((owner_kind = ANY (ARRAY['organization'::text, 'service'::text])))
);


--
-- Name: guide_record_versions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_record_versions (
    kind text NOT NULL,
    id text NOT NULL,
    version integer NOT NULL,
    at text NOT NULL,
    actor text NOT NULL,
    change text NOT NULL,
    import_id text,
    snapshot text NOT NULL,
    CONSTRAINT guide_record_versions_change_check CHECK ((change = ANY (ARRAY['imported'::text, 'edited'::text, 'confirmed'::text, 'translated'::text, 'retired'::text, 'restored'::text]))),
    CONSTRAINT guide_record_versions_version_check CHECK ((version > 0))
);


--
-- Name: guide_records; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_records (
    kind text NOT NULL,
    id text NOT NULL,
    version integer NOT NULL,
    confidentiality text NOT NULL,
    text_language text NOT NULL,
    created_at text NOT NULL,
    changed_at text NOT NULL,
    changed_by text NOT NULL,
    confirmed_at text,
    confirmed_by text NOT NULL,
    review_due text,
    retired_at text,
    source_set text NOT NULL,
    source_id text NOT NULL,
    source_hash text NOT NULL,
    import_id text,
    import_line integer NOT NULL,
    retrieved_at text,
    extra text,
    CONSTRAINT guide_records_confidentiality_check CHECK ((confidentiality = ANY (ARRAY['public'::text, 'area_only'::text, 'contact_only'::text, 'withheld'::text]))),
    CONSTRAINT guide_records_import_line_check CHECK ((import_line >= 0)),
    CONSTRAINT guide_records_kind_check CHECK ((kind = ANY (ARRAY['organization'::text, 'service'::text, 'location'::text, 'service_at_location'::text, 'taxonomy'::text, 'taxonomy_term'::text]))),
    CONSTRAINT guide_records_version_check CHECK ((version > 0))
);


--
-- Name: guide_required_documents; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_required_documents (
    owner_kind text NOT NULL,
    owner_id text NOT NULL,
    ordinal integer NOT NULL,
    id text NOT NULL,
    document text NOT NULL,
    uri text NOT NULL,
    extra text,
    CONSTRAINT guide_required_documents_ordinal_check CHECK ((ordinal >= 0)),
    CONSTRAINT guide_required_documents_owner_kind_check CHECK ((owner_kind = 'service'::text))
);


--
-- Name: guide_schedules; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_schedules (
    owner_kind text NOT NULL,
    owner_id text NOT NULL,
    ordinal integer NOT NULL,
    id text NOT NULL,
    valid_from text NOT NULL,
    valid_to text NOT NULL,
    dtstart text NOT NULL,
    timezone double precision,
    until text NOT NULL,
    count double precision,
    wkst text NOT NULL,
    freq text NOT NULL,
    "interval" double precision,
    byday text NOT NULL,
    byweekno text NOT NULL,
    bymonthday text NOT NULL,
    byyearday text NOT NULL,
    description text NOT NULL,
    opens_at text NOT NULL,
    closes_at text NOT NULL,
    closes_next_day boolean NOT NULL,
    closed_on_public_holidays boolean NOT NULL,
    schedule_link text NOT NULL,
    attending_type text NOT NULL,
    notes text NOT NULL,
    extra text,
    CONSTRAINT guide_schedules_ordinal_check CHECK ((ordinal >= 0))
);


--
-- Name: guide_service_areas; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_service_areas (
    owner_kind text NOT NULL,
    owner_id text NOT NULL,
    ordinal integer NOT NULL,
    id text NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    extent text NOT NULL,
    extent_type text NOT NULL,
    uri text NOT NULL,
    extra text,
    CONSTRAINT guide_service_areas_ordinal_check CHECK ((ordinal >= 0))
);


--
-- Name: guide_services; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_services (
    kind text NOT NULL,
    id text NOT NULL,
    organization_id text,
    name text NOT NULL,
    alternate_name text NOT NULL,
    description text NOT NULL,
    url text NOT NULL,
    email text NOT NULL,
    status text NOT NULL,
    interpretation_services text NOT NULL,
    application_process text NOT NULL,
    fees_description text NOT NULL,
    wait_time text NOT NULL,
    fees text NOT NULL,
    accreditations text NOT NULL,
    eligibility_description text NOT NULL,
    minimum_age double precision,
    maximum_age double precision,
    assured_date text NOT NULL,
    assurer_email text NOT NULL,
    licenses text NOT NULL,
    alert text NOT NULL,
    last_modified text NOT NULL,
    free boolean,
    CONSTRAINT guide_services_kind_check CHECK ((kind = 'service'::text)),
    CONSTRAINT guide_services_status_check CHECK ((status = ANY (ARRAY['active'::text, 'inactive'::text, 'defunct'::text, 'temporarily closed'::text])))
);


--
-- Name: guide_services_at_locations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_services_at_locations (
    kind text NOT NULL,
    id text NOT NULL,
    service_id text NOT NULL,
    location_id text,
    description text NOT NULL,
    CONSTRAINT guide_services_at_locations_kind_check CHECK ((kind = 'service_at_location'::text))
);


--
-- Name: guide_taxonomies; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_taxonomies (
    kind text NOT NULL,
    id text NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    uri text NOT NULL,
    version_text text NOT NULL,
    CONSTRAINT guide_taxonomies_kind_check CHECK ((kind = 'taxonomy'::text))
);


--
-- Name: guide_taxonomy_terms; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_taxonomy_terms (
    kind text NOT NULL,
    id text NOT NULL,
    taxonomy_id text,
    taxonomy_name text NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    parent_id text,
    language text NOT NULL,
    term_uri text NOT NULL,
    CONSTRAINT guide_taxonomy_terms_check CHECK ((parent_id <> id)),
    CONSTRAINT guide_taxonomy_terms_kind_check CHECK ((kind = 'taxonomy_term'::text))
);


--
-- Name: guide_translations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_translations (
    owner_kind text NOT NULL,
    owner_id text NOT NULL,
    field text NOT NULL,
    language text NOT NULL,
    value text NOT NULL,
    source_hash text NOT NULL,
    method text NOT NULL,
    reviewer text NOT NULL,
    reviewed_at text,
    CONSTRAINT guide_translations_method_check CHECK ((method = ANY (ARRAY['human'::text, 'machine'::text, 'post_edited'::text, 'source'::text])))
);


--
-- Name: guide_urls; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guide_urls (
    owner_kind text NOT NULL,
    owner_id text NOT NULL,
    ordinal integer NOT NULL,
    id text NOT NULL,
    url text NOT NULL,
    label text NOT NULL,
    extra text,
    CONSTRAINT guide_urls_ordinal_check CHECK ((ordinal >= 0)),
    CONSTRAINT guide_urls_owner_kind_check CHECK ((owner_kind = ANY (ARRAY['organization'::text, 'service'::text])))
);


--
-- Name: platform_agencies; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_agencies (
    id text NOT NULL,
    name text NOT NULL,
    created_at text NOT NULL,
    version integer NOT NULL,
    CONSTRAINT platform_agencies_name_check CHECK ((name <> ''::text)),
    CONSTRAINT platform_agencies_version_check CHECK ((version > 0))
);


--
-- Name: platform_audit_entries; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_audit_entries (
    writer text NOT NULL,
    sequence bigint NOT NULL,
    at text NOT NULL,
    actor text NOT NULL,
    change text NOT NULL,
    subject text NOT NULL,
    details text NOT NULL,
    previous text NOT NULL,
    hash text NOT NULL,
    CONSTRAINT platform_audit_entries_sequence_check CHECK ((sequence > 0))
);


--
-- Name: platform_audit_heads; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_audit_heads (
    at text NOT NULL,
    line text NOT NULL
);


--
-- Name: platform_blob_pieces; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_blob_pieces (
    hash text NOT NULL,
    ordinal integer NOT NULL,
    bytes bytea NOT NULL,
    CONSTRAINT platform_blob_pieces_ordinal_check CHECK ((ordinal >= 0))
);


--
-- Name: platform_job_runs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_job_runs (
    id text NOT NULL,
    job text NOT NULL,
    started_at text NOT NULL,
    ended_at text,
    outcome text NOT NULL,
    note text NOT NULL,
    CONSTRAINT platform_job_runs_outcome_check CHECK ((outcome = ANY (ARRAY['running'::text, 'done'::text, 'failed'::text, 'abandoned'::text])))
);


--
-- Name: platform_known_devices; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_known_devices (
    hash text NOT NULL,
    user_id text NOT NULL,
    expires_at text NOT NULL
);


--
-- Name: platform_leases; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_leases (
    name text NOT NULL,
    holder text NOT NULL,
    until text NOT NULL
);


--
-- Name: platform_migrations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_migrations (
    part text NOT NULL,
    number integer NOT NULL,
    name text NOT NULL,
    hash text NOT NULL,
    applied_at text NOT NULL
);


--
-- Name: platform_passkeys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_passkeys (
    credential_id text NOT NULL,
    user_id text NOT NULL,
    name text NOT NULL,
    data text NOT NULL,
    created_at text NOT NULL
);


--
-- Name: platform_protection_keys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_protection_keys (
    id text NOT NULL,
    wrapped text NOT NULL,
    created_at text NOT NULL
);


--
-- Name: platform_recovery_codes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_recovery_codes (
    hash text NOT NULL,
    user_id text NOT NULL
);


--
-- Name: platform_role_grants; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_role_grants (
    user_id text NOT NULL,
    role text NOT NULL,
    scope_kind text NOT NULL,
    scope_id text NOT NULL,
    CONSTRAINT platform_role_grants_check CHECK (((scope_kind = ANY (ARRAY['own'::text, 'node'::text])) = (scope_id = ''::text))),
    CONSTRAINT platform_role_grants_scope_kind_check CHECK ((scope_kind = ANY (ARRAY['own'::text, 'team'::text, 'agency'::text, 'place'::text, 'node'::text])))
);


--
-- Name: platform_roles; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_roles (
    code text NOT NULL,
    name text NOT NULL,
    permissions text NOT NULL,
    version integer NOT NULL,
    CONSTRAINT platform_roles_version_check CHECK ((version > 0))
);


--
-- Name: platform_sessions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_sessions (
    hash text NOT NULL,
    id text NOT NULL,
    user_id text NOT NULL,
    stage text NOT NULL,
    user_agent text NOT NULL,
    created_at text NOT NULL,
    last_seen_at text NOT NULL,
    expires_at text NOT NULL,
    CONSTRAINT platform_sessions_stage_check CHECK ((stage = ANY (ARRAY['password'::text, 'second_factor'::text, 'enrolment'::text, 'open'::text])))
);


--
-- Name: platform_settings; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_settings (
    name text NOT NULL,
    value text NOT NULL
);


--
-- Name: platform_sign_in_failures; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_sign_in_failures (
    subject text NOT NULL,
    failures double precision NOT NULL,
    counted_at text NOT NULL,
    blocked_until text NOT NULL,
    CONSTRAINT platform_sign_in_failures_failures_check CHECK ((failures >= (0)::double precision))
);


--
-- Name: platform_sign_in_links; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_sign_in_links (
    hash text NOT NULL,
    user_id text NOT NULL,
    created_at text NOT NULL,
    expires_at text NOT NULL
);


--
-- Name: platform_team_members; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_team_members (
    team_id text NOT NULL,
    user_id text NOT NULL
);


--
-- Name: platform_teams; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_teams (
    id text NOT NULL,
    agency_id text NOT NULL,
    name text NOT NULL,
    created_at text NOT NULL,
    version integer NOT NULL,
    CONSTRAINT platform_teams_name_check CHECK ((name <> ''::text)),
    CONSTRAINT platform_teams_version_check CHECK ((version > 0))
);


--
-- Name: platform_token_uses; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_token_uses (
    token_id text NOT NULL,
    used_at text NOT NULL
);


--
-- Name: platform_tokens; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_tokens (
    id text NOT NULL,
    user_id text NOT NULL,
    name text NOT NULL,
    hash text NOT NULL,
    permissions text NOT NULL,
    created_at text NOT NULL,
    expires_at text NOT NULL
);


--
-- Name: platform_totp_steps; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_totp_steps (
    user_id text NOT NULL,
    step bigint NOT NULL
);


--
-- Name: platform_users; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_users (
    id text NOT NULL,
    sign_in_name text NOT NULL,
    display_name text NOT NULL,
    email text NOT NULL,
    language text NOT NULL,
    agency_id text,
    password_hash text NOT NULL,
    must_change_password boolean NOT NULL,
    totp_secret text NOT NULL,
    security_stamp text NOT NULL,
    created_at text NOT NULL,
    disabled_at text,
    version integer NOT NULL,
    CONSTRAINT platform_users_sign_in_name_check CHECK ((sign_in_name <> ''::text)),
    CONSTRAINT platform_users_version_check CHECK ((version > 0))
);


--
-- Name: platform_versions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_versions (
    area text NOT NULL,
    version bigint NOT NULL
);


--
-- Data for Name: guide_accessibility; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_accessibility VALUES ('location', '79a5b0d3-fa64-8b4d-a005-0f58866e354e', 0, '20d83716-ffbb-81ab-a0f2-706417d4c5cc', 'wheelchair', 'Ramp', 'Left side', 'https://example.org/ramp', NULL);


--
-- Data for Name: guide_addresses; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_addresses VALUES ('location', '79a5b0d3-fa64-8b4d-a005-0f58866e354e', 0, '2d7a10c1-ed38-862c-bd91-d6bedaa5651f', 'Desk', 'Candle Street 4', 'Back door', 'Lumen', 'North', 'Northland', '99888', 'XX', 'physical', NULL);


--
-- Data for Name: guide_attributes; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_attributes VALUES ('organization', '00831c65-248d-823b-8fb6-e0a9a0c6bfde', 0, 'c3d1bdd9-ca3f-8227-ae97-181ff263fcb9', 'a8807b7c-9cab-8ee9-973a-cc51923b8b9e', 'taxonomy', 'organization', 'yes', 'Type', NULL);
INSERT INTO public.guide_attributes VALUES ('service', 'de426077-4914-86fd-a3d5-29f94858167b', 0, '3e9a08f2-2c12-8bf1-9116-51b6896df5d9', 'a8807b7c-9cab-8ee9-973a-cc51923b8b9e', 'taxonomy_term', 'service', '', '', NULL);


--
-- Data for Name: guide_capacities; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_capacities VALUES ('service', 'de426077-4914-86fd-a3d5-29f94858167b', 0, 'd783214c-f8f5-889e-928c-ab0625078d37', '{"id":"80a3ea12-2820-8123-b9b7-f60f8c673b46","name":"bed","scheme":"s","identifier":"b","uri":"https://example.org/bed"}', 3, 40, 'beds', '2026-03-04T11:00:00Z', NULL);


--
-- Data for Name: guide_contacts; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_contacts VALUES ('organization', '00831c65-248d-823b-8fb6-e0a9a0c6bfde', 0, 'bf031c65-3d79-8978-a15e-743d1a059582', 'Lumi', 'Host', 'Door', 'lumi@example.org', '[{"id":"f99e0cf6-6e6b-851a-942c-7ebf0a504ab2","number":"\u002B999 104","extension":12,"type":"voice","description":"Day and night","languages":[{"id":"a9feef08-76f4-8828-baf1-8cb6f2a5b347","name":"English","code":"en"}]}]', NULL);
INSERT INTO public.guide_contacts VALUES ('service', 'de426077-4914-86fd-a3d5-29f94858167b', 0, 'e7d354c6-c068-8583-9470-028b5b5b2549', 'Lumi', 'Host', 'Door', 'lumi@example.org', '[{"id":"b964615c-0435-8ff3-b6af-653bc50e5d4c","number":"\u002B999 104","extension":12,"type":"voice","description":"Day and night","languages":[{"id":"9b54dc41-296f-8a0b-b4ef-f1309d0d6a6b","name":"English","code":"en"}]}]', NULL);
INSERT INTO public.guide_contacts VALUES ('location', '79a5b0d3-fa64-8b4d-a005-0f58866e354e', 0, '6bf72bb2-6ec4-8896-bbbb-cf4538ef5213', 'Lumi', 'Host', 'Door', 'lumi@example.org', '[{"id":"818a27b0-986b-85f4-a273-1442215da8ff","number":"\u002B999 104","extension":12,"type":"voice","description":"Day and night","languages":[{"id":"5f78aaa3-6865-86ad-8726-a93b8f21de71","name":"English","code":"en"}]}]', NULL);
INSERT INTO public.guide_contacts VALUES ('service_at_location', '28640d64-c295-89d0-a371-55db70794449', 0, '33f98e81-c1d2-89d9-904c-053325c29c8e', 'Lumi', 'Host', 'Door', 'lumi@example.org', '[{"id":"f60f673d-09d4-86a1-b9d4-1c0ae2e72fa0","number":"\u002B999 104","extension":12,"type":"voice","description":"Day and night","languages":[{"id":"5fa2e8b8-2dee-8abd-aaaa-7d788d2429b0","name":"English","code":"en"}]}]', NULL);


--
-- Data for Name: guide_cost_options; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_cost_options VALUES ('service', 'de426077-4914-86fd-a3d5-29f94858167b', 0, 'f4530324-ce38-8276-85b9-029fd452c06a', '2026-01-01', '2026-12-31', 'Adults', 'XXX', 1.25, 'a night', NULL);


--
-- Data for Name: guide_eligibility; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_eligibility VALUES ('service', 'de426077-4914-86fd-a3d5-29f94858167b', 0, '5fac1116-0ae4-8d39-b82c-94aa7c56503c', 'families', NULL);


--
-- Data for Name: guide_funding; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_funding VALUES ('organization', '00831c65-248d-823b-8fb6-e0a9a0c6bfde', 0, '7d79f268-ac96-894d-a46d-9eda227e8f8d', 'Gifts', NULL);
INSERT INTO public.guide_funding VALUES ('service', 'de426077-4914-86fd-a3d5-29f94858167b', 0, '4b9e9ce9-ae9e-8e96-9dc1-4747737efd7b', 'Town', NULL);


--
-- Data for Name: guide_holiday_schedules; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_holiday_schedules VALUES ('service', 'de426077-4914-86fd-a3d5-29f94858167b', 0, 'def3c171-ab73-8e8e-be64-d5032fe68f18', true, '2026-12-25', '2026-12-25', '', '', false, 'Feast', NULL);


--
-- Data for Name: guide_import_files; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_import_files VALUES ('01a20176-8211-7062-9922-288355751c48', 0, 'services.json', 201, 'fd0dd9020f71378f0e1b5ceaa326970bf76722fe88df9219aaed930fc1ccb376');
INSERT INTO public.guide_import_files VALUES ('01a20176-8261-75c1-aa0d-d3bcaa0f2e80', 0, 'services.json', 201, 'fd0dd9020f71378f0e1b5ceaa326970bf76722fe88df9219aaed930fc1ccb376');


--
-- Data for Name: guide_imports; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_imports VALUES ('01a20176-8211-7062-9922-288355751c48', 'isla', 'hsds', '2026-11-22T04:14:33.491Z', 'token:01a20176-8206-7e0e-9c96-b2f9190f7529', '2026-11-22T04:14:33.491Z', 2, 0, 0, 0, 0, 0, 0, '{"import_id":"01a20176-8211-7062-9922-288355751c48","source_set":"isla","dry_run":false,"added":2,"changed":0,"unchanged":0,"kept":0,"vanished":0,"retired":0,"errors":0,"records":[{"outcome":"Added","kind":"organization","id":"22222222-2222-4222-8222-222222222222","name":"Isla Verde","line":1},{"outcome":"Added","kind":"service","id":"11111111-1111-4111-8111-111111111111","name":"Clinic of the green door","line":1}],"issues":[],"issue_counts":{}}');
INSERT INTO public.guide_imports VALUES ('01a20176-8261-75c1-aa0d-d3bcaa0f2e80', 'isla', 'hsds', '2026-11-22T04:14:33.574Z', 'token:01a20176-8206-7e0e-9c96-b2f9190f7529', '2026-11-22T04:14:33.574Z', 0, 0, 2, 0, 0, 0, 0, '{"import_id":"01a20176-8261-75c1-aa0d-d3bcaa0f2e80","source_set":"isla","dry_run":false,"added":0,"changed":0,"unchanged":2,"kept":0,"vanished":0,"retired":0,"errors":0,"records":[],"issues":[],"issue_counts":{}}');


--
-- Data for Name: guide_languages; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_languages VALUES ('service', 'de426077-4914-86fd-a3d5-29f94858167b', 0, '7938298e-3f51-8325-a10a-6ca8e2d9e94c', 'Kreyòl', 'ht', 'mornings', NULL);
INSERT INTO public.guide_languages VALUES ('location', '79a5b0d3-fa64-8b4d-a005-0f58866e354e', 0, '4e0254ac-cba3-82c7-8b26-9fcf31aa1b0e', '', 'es', '', NULL);


--
-- Data for Name: guide_locations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_locations VALUES ('location', '79a5b0d3-fa64-8b4d-a005-0f58866e354e', '00831c65-248d-823b-8fb6-e0a9a0c6bfde', 'physical', 'https://example.org/place', 'The house', 'Casa', 'A yellow house', 'Bus 4', 12.345678, -71.234567, 'exact', 'X1', 'local', 'America/Port-au-Prince', 'XX', 'XX-N');


--
-- Data for Name: guide_metadata; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_metadata VALUES ('organization', '00831c65-248d-823b-8fb6-e0a9a0c6bfde', 0, '87a21d7c-c5af-82fd-bbff-c284701f5703', 'organization', '2026-01-01', 'update', 'name', 'Old', 'New', 'desk', NULL);


--
-- Data for Name: guide_organization_identifiers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_organization_identifiers VALUES ('organization', '00831c65-248d-823b-8fb6-e0a9a0c6bfde', 0, '3c6f7dcc-3ec3-806a-83f2-2160891439a9', 'XX-REG', 'Registry', '77', NULL);


--
-- Data for Name: guide_organizations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_organizations VALUES ('organization', '22222222-2222-4222-8222-222222222222', 'Isla Verde', '', 'Help', '', '', '', '', NULL, '', '', '', NULL);
INSERT INTO public.guide_organizations VALUES ('organization', '00831c65-248d-823b-8fb6-e0a9a0c6bfde', 'House of the Lantern', 'Lantern', 'A house for those on the way', 'house@example.org', 'https://example.org', 'none', 'T-1', 1990, 'association', 'https://example.org/logo.png', 'https://example.org/id', '1104dbbe-be12-86f9-9b93-dafca25b7200');


--
-- Data for Name: guide_phones; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_phones VALUES ('organization', '00831c65-248d-823b-8fb6-e0a9a0c6bfde', 0, '48b5a482-53b1-8e00-9805-3d62617f8ef0', '+999 100', 12, 'voice', 'Day and night', '[{"id":"1bd1b85f-01e4-8a4d-90ed-416387993caa","name":"English","code":"en"}]', NULL);
INSERT INTO public.guide_phones VALUES ('service', 'de426077-4914-86fd-a3d5-29f94858167b', 0, '5819f6cd-36d1-8d13-9bdb-1d2aef7c1f91', '+999 101', 12, 'voice', 'Day and night', '[{"id":"5c13f028-8896-8e9f-9804-96e1dcd5c7b0","name":"English","code":"en"}]', NULL);
INSERT INTO public.guide_phones VALUES ('location', '79a5b0d3-fa64-8b4d-a005-0f58866e354e', 0, '91ef3126-2ae7-80d2-8b20-ddc8c8cb0fc9', '+999 102', 12, 'voice', 'Day and night', '[{"id":"7e85b264-65b9-8fa7-b9fc-0b9ecf525752","name":"English","code":"en"}]', NULL);
INSERT INTO public.guide_phones VALUES ('service_at_location', '28640d64-c295-89d0-a371-55db70794449', 0, '0d77de21-7ca8-86bf-8f5d-1c573ae4d94c', '+999 103', 12, 'voice', 'Day and night', '[{"id":"3cd6c4f7-81ae-865e-8769-e33d03888bbc","name":"English","code":"en"}]', NULL);


--
-- Data for Name: guide_programs; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_programs VALUES ('organization', '00831c65-248d-823b-8fb6-e0a9a0c6bfde', 0, 'b9bf38fb-bd35-8d23-a316-49caf1655bd6', 'Winter', 'W', 'Warm beds', NULL);
INSERT INTO public.guide_programs VALUES ('service', 'de426077-4914-86fd-a3d5-29f94858167b', 0, '2dbc16eb-7c0d-87c3-a4e7-cc08081edbff', 'Winter', '', '', NULL);


--
-- Data for Name: guide_record_versions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_record_versions VALUES ('organization', '22222222-2222-4222-8222-222222222222', 1, '2026-11-22T04:14:33.491Z', 'token:01a20176-8206-7e0e-9c96-b2f9190f7529', 'imported', '01a20176-8211-7062-9922-288355751c48', '{"id":"22222222-2222-4222-8222-222222222222","name":"Isla Verde","description":"Help","confidentiality":"public"}');
INSERT INTO public.guide_record_versions VALUES ('service', '11111111-1111-4111-8111-111111111111', 1, '2026-11-22T04:14:33.491Z', 'token:01a20176-8206-7e0e-9c96-b2f9190f7529', 'imported', '01a20176-8211-7062-9922-288355751c48', '{"id":"11111111-1111-4111-8111-111111111111","organization_id":"22222222-2222-4222-8222-222222222222","name":"Clinic of the green door","status":"active","confidentiality":"public"}');
INSERT INTO public.guide_record_versions VALUES ('taxonomy', 'ab9afdc4-92cd-88e3-9805-b7afafe8a867', 1, '2026-03-04T12:00:00.000Z', '', 'imported', NULL, '{"id":"ab9afdc4-92cd-88e3-9805-b7afafe8a867","name":"Needs","description":"What people need","uri":"https://example.org/needs","version":"1","confidentiality":"public"}');
INSERT INTO public.guide_record_versions VALUES ('taxonomy_term', 'a8807b7c-9cab-8ee9-973a-cc51923b8b9e', 1, '2026-03-04T12:00:00.000Z', '', 'imported', NULL, '{"id":"a8807b7c-9cab-8ee9-973a-cc51923b8b9e","taxonomy_id":"ab9afdc4-92cd-88e3-9805-b7afafe8a867","taxonomy":"Needs","code":"shelter","name":"Shelter","description":"A bed","language":"en","term_uri":"https://example.org/shelter","confidentiality":"public"}');
INSERT INTO public.guide_record_versions VALUES ('organization', '00831c65-248d-823b-8fb6-e0a9a0c6bfde', 1, '2026-03-04T12:00:00.000Z', 'user:alice', 'imported', NULL, '{"id":"00831c65-248d-823b-8fb6-e0a9a0c6bfde","name":"House of the Lantern","alternate_name":"Lantern","description":"A house for those on the way","email":"house@example.org","website":"https://example.org","tax_status":"none","tax_id":"T-1","year_incorporated":1990,"legal_status":"association","logo":"https://example.org/logo.png","uri":"https://example.org/id","parent_organization_id":"1104dbbe-be12-86f9-9b93-dafca25b7200","additional_websites":[{"id":"ea1aaf0b-86b8-8b93-835d-5d16b82ae78a","url":"https://example.org/2","label":"Second"}],"funding":[{"id":"7d79f268-ac96-894d-a46d-9eda227e8f8d","source":"Gifts"}],"contacts":[{"id":"bf031c65-3d79-8978-a15e-743d1a059582","name":"Lumi","title":"Host","department":"Door","email":"lumi@example.org","phones":[{"id":"f99e0cf6-6e6b-851a-942c-7ebf0a504ab2","number":"\u002B999 104","extension":12,"type":"voice","description":"Day and night","languages":[{"id":"a9feef08-76f4-8828-baf1-8cb6f2a5b347","name":"English","code":"en"}]}]}],"phones":[{"id":"48b5a482-53b1-8e00-9805-3d62617f8ef0","number":"\u002B999 100","extension":12,"type":"voice","description":"Day and night","languages":[{"id":"1bd1b85f-01e4-8a4d-90ed-416387993caa","name":"English","code":"en"}]}],"programs":[{"id":"b9bf38fb-bd35-8d23-a316-49caf1655bd6","name":"Winter","alternate_name":"W","description":"Warm beds"}],"organization_identifiers":[{"id":"3c6f7dcc-3ec3-806a-83f2-2160891439a9","identifier_scheme":"XX-REG","identifier_type":"Registry","identifier":"77"}],"attributes":[{"id":"c3d1bdd9-ca3f-8227-ae97-181ff263fcb9","taxonomy_term_id":"a8807b7c-9cab-8ee9-973a-cc51923b8b9e","link_type":"taxonomy","link_entity":"organization","value":"yes","label":"Type"}],"metadata":[{"id":"87a21d7c-c5af-82fd-bbff-c284701f5703","resource_type":"organization","last_action_date":"2026-01-01","last_action_type":"update","field_name":"name","previous_value":"Old","replacement_value":"New","updated_by":"desk"}],"motto":{"text":"Come in"},"confidentiality":"public"}');
INSERT INTO public.guide_record_versions VALUES ('service', 'de426077-4914-86fd-a3d5-29f94858167b', 1, '2026-03-04T12:00:00.000Z', 'user:alice', 'imported', NULL, '{"id":"de426077-4914-86fd-a3d5-29f94858167b","organization_id":"00831c65-248d-823b-8fb6-e0a9a0c6bfde","name":"Night shelter","alternate_name":"Beds","description":"Beds for one night","url":"https://example.org/beds","email":"beds@example.org","status":"temporarily closed","interpretation_services":"On request","application_process":"Walk in","fees_description":"Free","wait_time":"none","fees":"0","accreditations":"none","eligibility_description":"Everybody","minimum_age":0.5,"maximum_age":99,"assured_date":"2026-02-01","assurer_email":"check@example.org","licenses":"none","alert":"Full on Friday","last_modified":"2026-02-02T10:00:00Z","free":true,"additional_urls":[{"id":"945c69fb-e9c4-8521-8857-7c8df52140ae","url":"https://example.org/3"}],"phones":[{"id":"5819f6cd-36d1-8d13-9bdb-1d2aef7c1f91","number":"\u002B999 101","extension":12,"type":"voice","description":"Day and night","languages":[{"id":"5c13f028-8896-8e9f-9804-96e1dcd5c7b0","name":"English","code":"en"}]}],"schedules":[{"id":"c797a30b-f2b7-8b32-b985-6f383276e60d","valid_from":"2026-01-01","valid_to":"2026-12-31","dtstart":"2026-01-01","timezone":-5,"until":"2026-12-31","count":300,"wkst":"MO","freq":"WEEKLY","interval":1,"byday":"MO,TU","byweekno":"1","bymonthday":"2","byyearday":"3","description":"Evenings","opens_at":"18:00","closes_at":"23:00","schedule_link":"https://example.org/hours","attending_type":"in person","notes":"Ring twice"}],"holiday_schedules":[{"id":"def3c171-ab73-8e8e-be64-d5032fe68f18","closed":true,"start_date":"2026-12-25","end_date":"2026-12-25","description":"Feast"}],"service_areas":[{"id":"b8bf0372-21d4-84af-b92f-e4dc81cdb2de","name":"The valley","description":"All of it","extent":"POINT EMPTY","extent_type":"other","uri":"https://example.org/valley"}],"languages":[{"id":"7938298e-3f51-8325-a10a-6ca8e2d9e94c","name":"Kreyòl","code":"ht","note":"mornings"}],"funding":[{"id":"4b9e9ce9-ae9e-8e96-9dc1-4747737efd7b","source":"Town"}],"cost_options":[{"id":"f4530324-ce38-8276-85b9-029fd452c06a","valid_from":"2026-01-01","valid_to":"2026-12-31","option":"Adults","currency":"XXX","amount":1.25,"amount_description":"a night"}],"program":{"id":"2dbc16eb-7c0d-87c3-a4e7-cc08081edbff","name":"Winter","description":""},"eligibility":[{"id":"5fac1116-0ae4-8d39-b82c-94aa7c56503c","eligibility":"families"}],"required_documents":[{"id":"f62e1002-8b80-80a7-b25b-23e37a29c51b","document":"None needed","uri":"https://example.org/docs"}],"contacts":[{"id":"e7d354c6-c068-8583-9470-028b5b5b2549","name":"Lumi","title":"Host","department":"Door","email":"lumi@example.org","phones":[{"id":"b964615c-0435-8ff3-b6af-653bc50e5d4c","number":"\u002B999 104","extension":12,"type":"voice","description":"Day and night","languages":[{"id":"9b54dc41-296f-8a0b-b4ef-f1309d0d6a6b","name":"English","code":"en"}]}]}],"capacities":[{"id":"d783214c-f8f5-889e-928c-ab0625078d37","unit":{"id":"80a3ea12-2820-8123-b9b7-f60f8c673b46","name":"bed","scheme":"s","identifier":"b","uri":"https://example.org/bed"},"available":3,"maximum":40,"description":"beds","updated":"2026-03-04T11:00:00Z"}],"attributes":[{"id":"3e9a08f2-2c12-8bf1-9116-51b6896df5d9","taxonomy_term_id":"a8807b7c-9cab-8ee9-973a-cc51923b8b9e","link_type":"taxonomy_term","link_entity":"service"}],"confidentiality":"public","text_language":"en","translations":[{"field":"name","language":"es","value":"Albergue de noche","source_hash":"0523007fd748c4cf3cb1c8862a741038","method":"human","reviewer":"desk","reviewed_at":"2026-03-04T12:00:00+00:00"}]}');
INSERT INTO public.guide_record_versions VALUES ('location', '79a5b0d3-fa64-8b4d-a005-0f58866e354e', 1, '2026-03-04T12:00:00.000Z', '', 'imported', NULL, '{"id":"79a5b0d3-fa64-8b4d-a005-0f58866e354e","organization_id":"00831c65-248d-823b-8fb6-e0a9a0c6bfde","location_type":"physical","url":"https://example.org/place","name":"The house","alternate_name":"Casa","description":"A yellow house","transportation":"Bus 4","latitude":12.345678,"longitude":-71.234567,"external_identifier":"X1","external_identifier_type":"local","time_zone":"America/Port-au-Prince","country":"XX","admin_area":"XX-N","languages":[{"id":"4e0254ac-cba3-82c7-8b26-9fcf31aa1b0e","code":"es"}],"addresses":[{"id":"2d7a10c1-ed38-862c-bd91-d6bedaa5651f","attention":"Desk","address_1":"Candle Street 4","address_2":"Back door","city":"Lumen","region":"North","state_province":"Northland","postal_code":"99888","country":"XX","address_type":"physical"}],"contacts":[{"id":"6bf72bb2-6ec4-8896-bbbb-cf4538ef5213","name":"Lumi","title":"Host","department":"Door","email":"lumi@example.org","phones":[{"id":"818a27b0-986b-85f4-a273-1442215da8ff","number":"\u002B999 104","extension":12,"type":"voice","description":"Day and night","languages":[{"id":"5f78aaa3-6865-86ad-8726-a93b8f21de71","name":"English","code":"en"}]}]}],"accessibility":[{"id":"20d83716-ffbb-81ab-a0f2-706417d4c5cc","code":"wheelchair","description":"Ramp","details":"Left side","url":"https://example.org/ramp"}],"phones":[{"id":"91ef3126-2ae7-80d2-8b20-ddc8c8cb0fc9","number":"\u002B999 102","extension":12,"type":"voice","description":"Day and night","languages":[{"id":"7e85b264-65b9-8fa7-b9fc-0b9ecf525752","name":"English","code":"en"}]}],"schedules":[{"id":"cd83915b-4ae4-822e-aa05-2eff33586552","valid_from":"2026-01-01","valid_to":"2026-12-31","dtstart":"2026-01-01","timezone":-5,"until":"2026-12-31","count":300,"wkst":"MO","freq":"WEEKLY","interval":1,"byday":"MO,TU","byweekno":"1","bymonthday":"2","byyearday":"3","description":"Evenings","opens_at":"18:00","closes_at":"23:00","schedule_link":"https://example.org/hours","attending_type":"in person","notes":"Ring twice"}],"confidentiality":"public"}');
INSERT INTO public.guide_record_versions VALUES ('service_at_location', '28640d64-c295-89d0-a371-55db70794449', 1, '2026-03-04T12:00:00.000Z', '', 'imported', NULL, '{"id":"28640d64-c295-89d0-a371-55db70794449","service_id":"de426077-4914-86fd-a3d5-29f94858167b","location_id":"79a5b0d3-fa64-8b4d-a005-0f58866e354e","description":"Second floor","contacts":[{"id":"33f98e81-c1d2-89d9-904c-053325c29c8e","name":"Lumi","title":"Host","department":"Door","email":"lumi@example.org","phones":[{"id":"f60f673d-09d4-86a1-b9d4-1c0ae2e72fa0","number":"\u002B999 104","extension":12,"type":"voice","description":"Day and night","languages":[{"id":"5fa2e8b8-2dee-8abd-aaaa-7d788d2429b0","name":"English","code":"en"}]}]}],"phones":[{"id":"0d77de21-7ca8-86bf-8f5d-1c573ae4d94c","number":"\u002B999 103","extension":12,"type":"voice","description":"Day and night","languages":[{"id":"3cd6c4f7-81ae-865e-8769-e33d03888bbc","name":"English","code":"en"}]}],"schedules":[{"id":"34a6260a-aff5-8463-af9c-747f08094711","valid_from":"2026-01-01","valid_to":"2026-12-31","dtstart":"2026-01-01","timezone":-5,"until":"2026-12-31","count":300,"wkst":"MO","freq":"WEEKLY","interval":1,"byday":"MO,TU","byweekno":"1","bymonthday":"2","byyearday":"3","description":"Evenings","opens_at":"18:00","closes_at":"23:00","schedule_link":"https://example.org/hours","attending_type":"in person","notes":"Ring twice"}],"service_areas":[{"id":"86d396c7-1847-8300-98ad-5012834a859e","name":"Lumen"}],"confidentiality":"public"}');


--
-- Data for Name: guide_records; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_records VALUES ('organization', '22222222-2222-4222-8222-222222222222', 1, 'public', '', '2026-11-22T04:14:33.491Z', '2026-11-22T04:14:33.491Z', 'token:01a20176-8206-7e0e-9c96-b2f9190f7529', NULL, '', NULL, NULL, 'isla', '22222222-2222-4222-8222-222222222222', '3a5804866e7877453afe4db5650166e653e9022a28845d7e73c2c400f4f74afe', '01a20176-8211-7062-9922-288355751c48', 1, '2026-11-22T04:14:33.491Z', NULL);
INSERT INTO public.guide_records VALUES ('service', '11111111-1111-4111-8111-111111111111', 1, 'public', '', '2026-11-22T04:14:33.491Z', '2026-11-22T04:14:33.491Z', 'token:01a20176-8206-7e0e-9c96-b2f9190f7529', NULL, '', NULL, NULL, 'isla', '11111111-1111-4111-8111-111111111111', 'b451d920fb980098c98bd6ad1e9d7290fc3916a1b0d40833cd9920602bb80280', '01a20176-8211-7062-9922-288355751c48', 1, '2026-11-22T04:14:33.491Z', NULL);
INSERT INTO public.guide_records VALUES ('taxonomy', 'ab9afdc4-92cd-88e3-9805-b7afafe8a867', 1, 'public', '', '2026-03-04T12:00:00.000Z', '2026-03-04T12:00:00.000Z', '', NULL, '', NULL, NULL, '', '', '', NULL, 0, NULL, NULL);
INSERT INTO public.guide_records VALUES ('taxonomy_term', 'a8807b7c-9cab-8ee9-973a-cc51923b8b9e', 1, 'public', '', '2026-03-04T12:00:00.000Z', '2026-03-04T12:00:00.000Z', '', NULL, '', NULL, NULL, '', '', '', NULL, 0, NULL, NULL);
INSERT INTO public.guide_records VALUES ('organization', '00831c65-248d-823b-8fb6-e0a9a0c6bfde', 1, 'public', '', '2026-03-04T12:00:00.000Z', '2026-03-04T12:00:00.000Z', 'user:alice', NULL, '', NULL, NULL, '', '', '', NULL, 0, NULL, '{"motto":{"text":"Come in"}}');
INSERT INTO public.guide_records VALUES ('service', 'de426077-4914-86fd-a3d5-29f94858167b', 1, 'public', 'en', '2026-03-04T12:00:00.000Z', '2026-03-04T12:00:00.000Z', 'user:alice', '2026-03-04T12:00:00.000Z', 'House of the Lantern', '2026-06-01', NULL, 'lantern', '7', '', NULL, 0, '2026-03-04T12:00:00.000Z', NULL);
INSERT INTO public.guide_records VALUES ('location', '79a5b0d3-fa64-8b4d-a005-0f58866e354e', 1, 'public', '', '2026-03-04T12:00:00.000Z', '2026-03-04T12:00:00.000Z', '', NULL, '', NULL, NULL, '', '', '', NULL, 0, NULL, NULL);
INSERT INTO public.guide_records VALUES ('service_at_location', '28640d64-c295-89d0-a371-55db70794449', 1, 'public', '', '2026-03-04T12:00:00.000Z', '2026-03-04T12:00:00.000Z', '', NULL, '', NULL, NULL, '', '', '', NULL, 0, NULL, NULL);


--
-- Data for Name: guide_required_documents; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_required_documents VALUES ('service', 'de426077-4914-86fd-a3d5-29f94858167b', 0, 'f62e1002-8b80-80a7-b25b-23e37a29c51b', 'None needed', 'https://example.org/docs', NULL);


--
-- Data for Name: guide_schedules; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_schedules VALUES ('service', 'de426077-4914-86fd-a3d5-29f94858167b', 0, 'c797a30b-f2b7-8b32-b985-6f383276e60d', '2026-01-01', '2026-12-31', '2026-01-01', -5, '2026-12-31', 300, 'MO', 'WEEKLY', 1, 'MO,TU', '1', '2', '3', 'Evenings', '18:00', '23:00', false, false, 'https://example.org/hours', 'in person', 'Ring twice', NULL);
INSERT INTO public.guide_schedules VALUES ('location', '79a5b0d3-fa64-8b4d-a005-0f58866e354e', 0, 'cd83915b-4ae4-822e-aa05-2eff33586552', '2026-01-01', '2026-12-31', '2026-01-01', -5, '2026-12-31', 300, 'MO', 'WEEKLY', 1, 'MO,TU', '1', '2', '3', 'Evenings', '18:00', '23:00', false, false, 'https://example.org/hours', 'in person', 'Ring twice', NULL);
INSERT INTO public.guide_schedules VALUES ('service_at_location', '28640d64-c295-89d0-a371-55db70794449', 0, '34a6260a-aff5-8463-af9c-747f08094711', '2026-01-01', '2026-12-31', '2026-01-01', -5, '2026-12-31', 300, 'MO', 'WEEKLY', 1, 'MO,TU', '1', '2', '3', 'Evenings', '18:00', '23:00', false, false, 'https://example.org/hours', 'in person', 'Ring twice', NULL);


--
-- Data for Name: guide_service_areas; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_service_areas VALUES ('service', 'de426077-4914-86fd-a3d5-29f94858167b', 0, 'b8bf0372-21d4-84af-b92f-e4dc81cdb2de', 'The valley', 'All of it', 'POINT EMPTY', 'other', 'https://example.org/valley', NULL);
INSERT INTO public.guide_service_areas VALUES ('service_at_location', '28640d64-c295-89d0-a371-55db70794449', 0, '86d396c7-1847-8300-98ad-5012834a859e', 'Lumen', '', '', '', '', NULL);


--
-- Data for Name: guide_services; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_services VALUES ('service', '11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222', 'Clinic of the green door', '', '', '', '', 'active', '', '', '', '', '', '', '', NULL, NULL, '', '', '', '', '', NULL);
INSERT INTO public.guide_services VALUES ('service', 'de426077-4914-86fd-a3d5-29f94858167b', '00831c65-248d-823b-8fb6-e0a9a0c6bfde', 'Night shelter', 'Beds', 'Beds for one night', 'https://example.org/beds', 'beds@example.org', 'temporarily closed', 'On request', 'Walk in', 'Free', 'none', '0', 'none', 'Everybody', 0.5, 99, '2026-02-01', 'check@example.org', 'none', 'Full on Friday', '2026-02-02T10:00:00Z', true);


--
-- Data for Name: guide_services_at_locations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_services_at_locations VALUES ('service_at_location', '28640d64-c295-89d0-a371-55db70794449', 'de426077-4914-86fd-a3d5-29f94858167b', '79a5b0d3-fa64-8b4d-a005-0f58866e354e', 'Second floor');


--
-- Data for Name: guide_taxonomies; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_taxonomies VALUES ('taxonomy', 'ab9afdc4-92cd-88e3-9805-b7afafe8a867', 'Needs', 'What people need', 'https://example.org/needs', '1');


--
-- Data for Name: guide_taxonomy_terms; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_taxonomy_terms VALUES ('taxonomy_term', 'a8807b7c-9cab-8ee9-973a-cc51923b8b9e', 'ab9afdc4-92cd-88e3-9805-b7afafe8a867', 'Needs', 'shelter', 'Shelter', 'A bed', NULL, 'en', 'https://example.org/shelter');


--
-- Data for Name: guide_translations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_translations VALUES ('service', 'de426077-4914-86fd-a3d5-29f94858167b', 'name', 'es', 'Albergue de noche', '0523007fd748c4cf3cb1c8862a741038', 'human', 'desk', '2026-03-04T12:00:00.000Z');


--
-- Data for Name: guide_urls; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.guide_urls VALUES ('organization', '00831c65-248d-823b-8fb6-e0a9a0c6bfde', 0, 'ea1aaf0b-86b8-8b93-835d-5d16b82ae78a', 'https://example.org/2', 'Second', NULL);
INSERT INTO public.guide_urls VALUES ('service', 'de426077-4914-86fd-a3d5-29f94858167b', 0, '945c69fb-e9c4-8521-8857-7c8df52140ae', 'https://example.org/3', '', NULL);


--
-- Data for Name: platform_agencies; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_agencies VALUES ('01a20176-81ff-7ffd-ba47-cf7e2ffc886b', 'Isla Verde', '2026-11-22T04:14:33.471Z', 1);


--
-- Data for Name: platform_audit_entries; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_audit_entries VALUES ('01a201767986732da86c7453bffdb4ed-0', 1, '2026-11-22T04:14:31.586Z', 'job:roles', 'access.role_shipped', 'role:administrator', '{"permissions":["users.manage","audit.read","node.operate","guide.edit","guide.import","guide.confidential"]}', '615444e2db25ffab4420bad8eff19953c1d9831006fd959383656624735f6328', '5cbf3fe835107605da282c02e097aca26c0cc453c56125700e677ac53a6c4629');
INSERT INTO public.platform_audit_entries VALUES ('01a201767986732da86c7453bffdb4ed-0', 2, '2026-11-22T04:14:31.593Z', 'job:roles', 'access.role_shipped', 'role:editor', '{"permissions":["guide.edit","guide.import","guide.confidential"]}', '5cbf3fe835107605da282c02e097aca26c0cc453c56125700e677ac53a6c4629', 'a34900400a08b0160a6e0a4cba88644b19972ec4f0f2661a99cd302fec1e9493');
INSERT INTO public.platform_audit_entries VALUES ('01a201767986732da86c7453bffdb4ed-0', 3, '2026-11-22T04:14:31.594Z', 'job:roles', 'access.role_shipped', 'role:case_worker', '{"permissions":["guide.confidential"]}', 'a34900400a08b0160a6e0a4cba88644b19972ec4f0f2661a99cd302fec1e9493', 'e71532f6009c48cdf3387cd5c81845af80e05fd07d1d03886bac9ea9155edf7f');
INSERT INTO public.platform_audit_entries VALUES ('01a201767986732da86c7453bffdb4ed-0', 4, '2026-11-22T04:14:31.596Z', 'job:roles', 'access.role_shipped', 'role:statistician', '{"permissions":["guide.import"]}', 'e71532f6009c48cdf3387cd5c81845af80e05fd07d1d03886bac9ea9155edf7f', '8fddf4851b40b0d531cd7e80dacc195d892bbf01acaef1be839ff5c2ac9b71e5');
INSERT INTO public.platform_audit_entries VALUES ('01a201767986732da86c7453bffdb4ed-0', 5, '2026-11-22T04:14:31.597Z', 'job:roles', 'access.role_shipped', 'role:auditor', '{"permissions":["audit.read"]}', '8fddf4851b40b0d531cd7e80dacc195d892bbf01acaef1be839ff5c2ac9b71e5', '4e75b1618b7c7c6c2fd848fcaf4f8fe58bf17496e845439d3224658f3f061bfc');
INSERT INTO public.platform_audit_entries VALUES ('01a201767986732da86c7453bffdb4ed-0', 6, '2026-11-22T04:14:31.598Z', 'job:roles', 'access.role_shipped', 'role:viewer', '{"permissions":[]}', '4e75b1618b7c7c6c2fd848fcaf4f8fe58bf17496e845439d3224658f3f061bfc', '343beadbe23c0d89c4790012eeb7c3fe15e9db2c90cdb95657dcca30d7567776');
INSERT INTO public.platform_audit_entries VALUES ('01a201767986732da86c7453bffdb4ed-0', 7, '2026-11-22T04:14:31.672Z', 'user:alice', 'users.added', 'user:01a20176-7af6-7032-85a1-c117f5efc927', '{"role":"administrator","scope":"node","scopeId":""}', '343beadbe23c0d89c4790012eeb7c3fe15e9db2c90cdb95657dcca30d7567776', 'ba3826bde4d123fb7cb66baeb7ab5b3862f944fa310c0adbf1b665bc767f3f6a');
INSERT INTO public.platform_audit_entries VALUES ('01a201767986732da86c7453bffdb4ed-0', 8, '2026-11-22T04:14:31.688Z', 'user:alice', 'access.sign_in_link_created', 'user:01a20176-7af6-7032-85a1-c117f5efc927', '{}', 'ba3826bde4d123fb7cb66baeb7ab5b3862f944fa310c0adbf1b665bc767f3f6a', 'e34e0c851a51efacdeb3686b2044cd60bfefb4450aaa495e5498506e4cc38673');
INSERT INTO public.platform_audit_entries VALUES ('01a201767986732da86c7453bffdb4ed-0', 9, '2026-11-22T04:14:32.226Z', 'user:01a20176-7af6-7032-85a1-c117f5efc927', 'access.sign_in_link_used', 'user:01a20176-7af6-7032-85a1-c117f5efc927', '{}', 'e34e0c851a51efacdeb3686b2044cd60bfefb4450aaa495e5498506e4cc38673', 'da1ea27ac39423abe3827bd8bb38db23edcd3ef9975ac175e7cf8637ce534e0e');
INSERT INTO public.platform_audit_entries VALUES ('01a201767986732da86c7453bffdb4ed-0', 10, '2026-11-22T04:14:32.240Z', 'user:01a20176-7af6-7032-85a1-c117f5efc927', 'access.sign_in_step', 'user:01a20176-7af6-7032-85a1-c117f5efc927', '{"session":"01a20176-7d30-7710-ad7e-3c5c0cc46a61","stage":"password"}', 'da1ea27ac39423abe3827bd8bb38db23edcd3ef9975ac175e7cf8637ce534e0e', 'd95b00304c32b99e8c0fdf3aad113c4cc79117cd50c3085ee3bb77db0f7655ca');
INSERT INTO public.platform_audit_entries VALUES ('01a201767986732da86c7453bffdb4ed-1', 1, '2026-11-22T04:14:32.635Z', 'user:01a20176-7af6-7032-85a1-c117f5efc927', 'access.password_changed', 'user:01a20176-7af6-7032-85a1-c117f5efc927', '{}', 'ebca21db2e29ca646c61a9dca5ada72c0cae4ccfedafadcd47cfc2b2dba53826', '7751b2c8e0afad15b10dc79cc4c74020763db8179285af2c3f9ac65d82233583');
INSERT INTO public.platform_audit_entries VALUES ('01a201767986732da86c7453bffdb4ed-0', 11, '2026-11-22T04:14:32.646Z', 'user:01a20176-7af6-7032-85a1-c117f5efc927', 'access.signed_in', 'user:01a20176-7af6-7032-85a1-c117f5efc927', '{"session":"01a20176-7ec6-76df-8f59-d9cb401e3ed4","stage":"open"}', 'd95b00304c32b99e8c0fdf3aad113c4cc79117cd50c3085ee3bb77db0f7655ca', '4b646581186f8af65df0a4b7186bc50cd4e37d0677440d896f3a2f8ed793b530');
INSERT INTO public.platform_audit_entries VALUES ('01a201767986732da86c7453bffdb4ed-0', 12, '2026-11-22T04:14:33.464Z', 'user:01a20176-7af6-7032-85a1-c117f5efc927', 'access.authenticator_set_up', 'user:01a20176-7af6-7032-85a1-c117f5efc927', '{}', '4b646581186f8af65df0a4b7186bc50cd4e37d0677440d896f3a2f8ed793b530', '33ec5aeee0ea18a4a073d3985385cade6e688dd82fd18112b3383838fae771fe');
INSERT INTO public.platform_audit_entries VALUES ('01a201767986732da86c7453bffdb4ed-0', 13, '2026-11-22T04:14:33.468Z', 'user:01a20176-7af6-7032-85a1-c117f5efc927', 'access.signed_in', 'user:01a20176-7af6-7032-85a1-c117f5efc927', '{"session":"01a20176-81fc-7969-ab85-4662ea339bd5","stage":"open"}', '33ec5aeee0ea18a4a073d3985385cade6e688dd82fd18112b3383838fae771fe', 'a08136bc8e76815abd776b3489bbc4d66ed253a75c66eba1fe2d197efaed6860');
INSERT INTO public.platform_audit_entries VALUES ('01a201767986732da86c7453bffdb4ed-0', 14, '2026-11-22T04:14:33.471Z', 'user:alice', 'users.added', 'user:01a20176-81ff-7daa-bf2b-d6085793ada7', '{"role":"editor","scope":"agency","scopeId":"01a20176-81ff-7ffd-ba47-cf7e2ffc886b"}', 'a08136bc8e76815abd776b3489bbc4d66ed253a75c66eba1fe2d197efaed6860', '780dbdf643f62909bbdb11cc88206ea2726398412b426c2ca859eabb08f9352b');
INSERT INTO public.platform_audit_entries VALUES ('01a201767986732da86c7453bffdb4ed-0', 15, '2026-11-22T04:14:33.471Z', 'user:alice', 'users.agency_added', 'agency:01a20176-81ff-7ffd-ba47-cf7e2ffc886b', '{}', '780dbdf643f62909bbdb11cc88206ea2726398412b426c2ca859eabb08f9352b', '2e5e288d92e46aec0e29373aa522b5d4938711d41533ce8d72f0125ef7bccebf');
INSERT INTO public.platform_audit_entries VALUES ('01a201767986732da86c7453bffdb4ed-0', 16, '2026-11-22T04:14:33.477Z', 'user:alice', 'access.sign_in_link_created', 'user:01a20176-81ff-7daa-bf2b-d6085793ada7', '{}', '2e5e288d92e46aec0e29373aa522b5d4938711d41533ce8d72f0125ef7bccebf', '2914bcc5a2cc266cb14b53f3905ccaacef44f1ceedbcd3eed78a23adc332ecf0');
INSERT INTO public.platform_audit_entries VALUES ('01a201767986732da86c7453bffdb4ed-0', 17, '2026-11-22T04:14:33.478Z', 'user:01a20176-7af6-7032-85a1-c117f5efc927', 'access.token_created', 'user:01a20176-7af6-7032-85a1-c117f5efc927', '{"token":"01a20176-8206-7e0e-9c96-b2f9190f7529","permissions":["guide.import"],"expires":"2027-11-17T04:14:33.4780009+00:00"}', '2914bcc5a2cc266cb14b53f3905ccaacef44f1ceedbcd3eed78a23adc332ecf0', 'b6b3b51a08dc827ed4fe8fa52ed7323bc941fb2d68b47f6604baaa93fc38206e');
INSERT INTO public.platform_audit_entries VALUES ('01a201767986732da86c7453bffdb4ed-0', 18, '2026-11-22T04:14:33.489Z', 'token:01a20176-8206-7e0e-9c96-b2f9190f7529', 'guide.services.imported', '01a20176-8211-7062-9922-288355751c48', '{"sourceSet":"isla","Added":2,"Changed":0,"Unchanged":0,"Kept":0,"Vanished":0,"Retired":0,"Errors":0}', 'b6b3b51a08dc827ed4fe8fa52ed7323bc941fb2d68b47f6604baaa93fc38206e', 'b235c71e9fcae50afc475554a65ca94c0a55ba7dcb9eb2ba79849357834ae999');
INSERT INTO public.platform_audit_entries VALUES ('01a201767986732da86c7453bffdb4ed-1', 2, '2026-11-22T04:14:33.569Z', 'token:01a20176-8206-7e0e-9c96-b2f9190f7529', 'guide.services.imported', '01a20176-8261-75c1-aa0d-d3bcaa0f2e80', '{"sourceSet":"isla","Added":0,"Changed":0,"Unchanged":2,"Kept":0,"Vanished":0,"Retired":0,"Errors":0}', '7751b2c8e0afad15b10dc79cc4c74020763db8179285af2c3f9ac65d82233583', '197c8820a20122015fb4d67b5ccbcb5508a08cdb1e3826c08d5367b59d1f5cd3');
INSERT INTO public.platform_audit_entries VALUES ('01a201767986732da86c7453bffdb4ed-2', 1, '2026-11-22T04:14:33.579Z', 'user:alice', 'test.directory', 'sample', '{}', 'e7694129fa0593584eab24075cf681d0792985294bf8dae5492dd0e1636c3be3', '2fd14196b227b4754fa6f756b16a26522ebf2244f5671ec1c1cff9451983334d');
INSERT INTO public.platform_audit_entries VALUES ('01a201767986732da86c7453bffdb4ed-3', 1, '2026-11-22T04:14:33.776Z', 'user:alice', 'node.backed_up', '44444444-4444-4444-8444-444444444444', '{"Created":"2026-03-04T12:00:00.000Z","files":0,"bytes":0}', '995bc9703302d36901bacef3d6099d9e015dd72cd2e265f5f8285f21fa25994a', 'a89fe3f21eca7f6fc84183981016ba9db2d66d1f66d2a2d717344940e5e3a952');


--
-- Data for Name: platform_audit_heads; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_audit_heads VALUES ('2026-11-22T04:14:31.740Z', '{"At":"2026-11-22T04:14:31.740Z","Heads":[{"Writer":"01a201767986732da86c7453bffdb4ed-0","Sequence":8,"Hash":"e34e0c851a51efacdeb3686b2044cd60bfefb4450aaa495e5498506e4cc38673"}],"Signature":"B4uQzowXm0qhyf\u002B7clr9Q1BJFfDw0rqbHHIb7q0vDRvueyGUyf0ScwC6T4M24\u002Bg6x2S/7B4Nm0OwtiwsGV5SPA=="}');
INSERT INTO public.platform_audit_heads VALUES ('2026-11-22T04:14:33.773Z', '{"At":"2026-11-22T04:14:33.773Z","Heads":[{"Writer":"01a201767986732da86c7453bffdb4ed-0","Sequence":18,"Hash":"b235c71e9fcae50afc475554a65ca94c0a55ba7dcb9eb2ba79849357834ae999"},{"Writer":"01a201767986732da86c7453bffdb4ed-1","Sequence":2,"Hash":"197c8820a20122015fb4d67b5ccbcb5508a08cdb1e3826c08d5367b59d1f5cd3"},{"Writer":"01a201767986732da86c7453bffdb4ed-2","Sequence":1,"Hash":"2fd14196b227b4754fa6f756b16a26522ebf2244f5671ec1c1cff9451983334d"}],"Signature":"O6Zd14rIV2nI0BCNKHQiXfqhyRTAnbpvMvb5oeg/dImylSvLnmAvFSMQkd5Cthrphxi3VF1lZDodPz1D2UpRzw=="}');
INSERT INTO public.platform_audit_heads VALUES ('2026-11-22T04:14:33.812Z', '{"At":"2026-11-22T04:14:33.812Z","Heads":[{"Writer":"01a201767986732da86c7453bffdb4ed-0","Sequence":18,"Hash":"b235c71e9fcae50afc475554a65ca94c0a55ba7dcb9eb2ba79849357834ae999"},{"Writer":"01a201767986732da86c7453bffdb4ed-1","Sequence":2,"Hash":"197c8820a20122015fb4d67b5ccbcb5508a08cdb1e3826c08d5367b59d1f5cd3"},{"Writer":"01a201767986732da86c7453bffdb4ed-2","Sequence":1,"Hash":"2fd14196b227b4754fa6f756b16a26522ebf2244f5671ec1c1cff9451983334d"},{"Writer":"01a201767986732da86c7453bffdb4ed-3","Sequence":1,"Hash":"a89fe3f21eca7f6fc84183981016ba9db2d66d1f66d2a2d717344940e5e3a952"}],"Signature":"A7gb8OHagtHJH1kApx4I/er7JBgV5nw4DiOJS2/L\u002Boa/c0OUFSSUrCaeTmWrlTIoQjVHmC7p4zSo4BSW6Hi8lQ=="}');


--
-- Data for Name: platform_blob_pieces; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_blob_pieces VALUES ('fd0dd9020f71378f0e1b5ceaa326970bf76722fe88df9219aaed930fc1ccb376', 0, '\x5b7b226964223a2231313131313131312d313131312d343131312d383131312d313131313131313131313131222c226e616d65223a22436c696e6963206f662074686520677265656e20646f6f72222c22737461747573223a22616374697665222c226f7267616e697a6174696f6e223a7b226964223a2232323232323232322d323232322d343232322d383232322d323232323232323232323232222c226e616d65223a2249736c61205665726465222c226465736372697074696f6e223a2248656c70227d7d5d');


--
-- Data for Name: platform_job_runs; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_job_runs VALUES ('01a20176-7b12-7977-aa22-6ca5f6214091', 'platform.audit_heads', '2026-11-22T04:14:31.698Z', '2026-11-22T04:14:31.746Z', 'done', '1 chains');
INSERT INTO public.platform_job_runs VALUES ('01a20176-7c46-7b46-b820-a158ab0927fa', 'platform.access_sweep', '2026-11-22T04:14:32.006Z', '2026-11-22T04:14:32.015Z', 'done', '0 sessions, 0 devices, 0 counters');


--
-- Data for Name: platform_known_devices; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_known_devices VALUES ('123caff881a56b066322c01a8b3e8db0e62a10dcdd05f5db0654a247073da6f9', '01a20176-7af6-7032-85a1-c117f5efc927', '2027-05-21T04:14:32.655Z');


--
-- Data for Name: platform_leases; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_leases VALUES ('test.lease', 'somebody', '2026-03-04T12:00:00.000Z');


--
-- Data for Name: platform_migrations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_migrations VALUES ('platform', 1, 'ground', '7375f592c3b94498920ca72a3f8e71ea871b94b2e6b32be2e3b802fa04079be9', '2026-11-22T04:14:31.374Z');
INSERT INTO public.platform_migrations VALUES ('platform', 2, 'access', '918d7acc3eb331e53c96db1d9b94ac2569aca4e6a8ecbcf6a76b872f432ebde1', '2026-11-22T04:14:31.420Z');
INSERT INTO public.platform_migrations VALUES ('platform', 3, 'blobs', 'f9c3896d6720e86023419df0255551c0f46625be39bd1fc5adb78107f16d6003', '2026-11-22T04:14:31.427Z');
INSERT INTO public.platform_migrations VALUES ('guide', 1, 'directory', '88118c8688e77521eabcd305d2f190b060d29c67e20c221055a9c6f706028489', '2026-11-22T04:14:31.473Z');


--
-- Data for Name: platform_passkeys; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_passkeys VALUES ('cred', '01a20176-7af6-7032-85a1-c117f5efc927', 'Key ring', '{}', '2026-03-04T12:00:00.000Z');


--
-- Data for Name: platform_protection_keys; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_protection_keys VALUES ('01a20176-7add-7e9c-9ae8-cc3db10fcba5', '<key id="163bb8a2-ce34-4f9b-a142-8a7e4a7a44c9" version="1"><creationDate>2026-11-22T04:14:31.6435745Z</creationDate><activationDate>2026-11-22T04:14:31.6435745Z</activationDate><expirationDate>2027-02-20T04:14:31.6435745Z</expirationDate><descriptor deserializerType="Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel.AuthenticatedEncryptorDescriptorDeserializer, Microsoft.AspNetCore.DataProtection, Version=10.0.0.0, Culture=neutral, PublicKeyToken=adb9793829ddae60"><descriptor><encryption algorithm="AES_256_CBC" /><validation algorithm="HMACSHA256" /><encryptedSecret decryptorType="Tambo.Platform.Cryptography.OpenedXml, Tambo.Platform, Version=0.1.0.0, Culture=neutral, PublicKeyToken=null" xmlns="http://schemas.asp.net/2015/03/dataProtection"><sealed xmlns="">sSxzBLuU6I2F/zhwLzXZkLtvEiHXcWKTk1FmyoNHRAgMjWLbBP8U7cS1BlaHPGcRZGja8aaIko55S1o8Ky4HPIzSiUZ8CzBH1kr54Sv5J/kJCy/Cc/AudLcgAHcnLs7VhccPU5BsKqAgeGyFlkl6yfDw7ayUQ9HZ9LArVdwGtoYE2c3OCXNkYLiAdgiQeYCIWdL4BDkn4igZxCEN8TZjTFlSViuPyzOmYQRl6tpiU8Dx9FBrgh+NcnbhkPMuOevKCWnGDeEMaxgMV+66hG1eFBysGjQHp/VavZD94WZXtKbz02yStOqW7s26vxqWn4BhyHEo+ZqBFR1BnqbfLCyw2Hka5qHr0TU6hYqZgWQs9Wv8H+samw6AqZKq/2sDn3kQabDEvyVzoOtV1g==</sealed></encryptedSecret></descriptor></descriptor></key>', '2026-11-22T04:14:31.645Z');


--
-- Data for Name: platform_recovery_codes; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_recovery_codes VALUES ('74c709aa5db8e332452482cbae3905fc7b1d0680768dfaa29e5041775821c7c3', '01a20176-7af6-7032-85a1-c117f5efc927');
INSERT INTO public.platform_recovery_codes VALUES ('d04d6318cdfeca50436db29214710c366f959ac60772454131b46711890bdbfe', '01a20176-7af6-7032-85a1-c117f5efc927');
INSERT INTO public.platform_recovery_codes VALUES ('24784ed2cbba6ce9e843408b52dc7f994c31ea1bbee97f3e884be3adfb3039c2', '01a20176-7af6-7032-85a1-c117f5efc927');
INSERT INTO public.platform_recovery_codes VALUES ('b3181d4612effa69b89db1199bbd5e9692a85f4a2f9f21c5fc4fb890ee611c01', '01a20176-7af6-7032-85a1-c117f5efc927');
INSERT INTO public.platform_recovery_codes VALUES ('6a8684cacbd9cf14676f74fbb436204331c5392879a73139226bebdfbbc3c3cf', '01a20176-7af6-7032-85a1-c117f5efc927');
INSERT INTO public.platform_recovery_codes VALUES ('caab29fa929d2f64b65bff42e5f0b26cc364924e2538f5e64b37bfd3b567861c', '01a20176-7af6-7032-85a1-c117f5efc927');
INSERT INTO public.platform_recovery_codes VALUES ('19c87f79c0f9a55f0c34ff38a45456426e4782242888a0d64cf65b87f3f6c7b0', '01a20176-7af6-7032-85a1-c117f5efc927');
INSERT INTO public.platform_recovery_codes VALUES ('97404969fdd8d4c1ca8652772d9a26412b7f0243fc4265d050f648a9e9019ef5', '01a20176-7af6-7032-85a1-c117f5efc927');
INSERT INTO public.platform_recovery_codes VALUES ('8c96405aad29e5e31eea32f6e18a94b115b1a98f27f2514c985f2343c8dc84f0', '01a20176-7af6-7032-85a1-c117f5efc927');
INSERT INTO public.platform_recovery_codes VALUES ('f4b00957e581591d49d5fc9de9d87d846d7d91af2d0f37c5c8d4799be7aa8a57', '01a20176-7af6-7032-85a1-c117f5efc927');


--
-- Data for Name: platform_role_grants; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_role_grants VALUES ('01a20176-7af6-7032-85a1-c117f5efc927', 'administrator', 'node', '');
INSERT INTO public.platform_role_grants VALUES ('01a20176-81ff-7daa-bf2b-d6085793ada7', 'editor', 'agency', '01a20176-81ff-7ffd-ba47-cf7e2ffc886b');


--
-- Data for Name: platform_roles; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_roles VALUES ('administrator', '', 'users.manage audit.read node.operate guide.edit guide.import guide.confidential', 1);
INSERT INTO public.platform_roles VALUES ('editor', '', 'guide.edit guide.import guide.confidential', 1);
INSERT INTO public.platform_roles VALUES ('case_worker', '', 'guide.confidential', 1);
INSERT INTO public.platform_roles VALUES ('statistician', '', 'guide.import', 1);
INSERT INTO public.platform_roles VALUES ('auditor', '', 'audit.read', 1);
INSERT INTO public.platform_roles VALUES ('viewer', '', '', 1);


--
-- Data for Name: platform_sessions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_sessions VALUES ('2cc7df3616a1504081466d0e4405a8e68e9f6a819c729f199666a05bfde04a94', '01a20176-81fc-7969-ab85-4662ea339bd5', '01a20176-7af6-7032-85a1-c117f5efc927', 'open', '', '2026-11-22T04:14:33.468Z', '2026-11-22T04:14:33.468Z', '2026-11-22T16:14:33.468Z');


--
-- Data for Name: platform_settings; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_settings VALUES ('node.key_check', '49f0838c38c5726f005a3573045e9369');
INSERT INTO public.platform_settings VALUES ('node.audit_key', 'So+Mp87pRjg5rZf7myqB/3VnhzyLtimssfECJAIRQmezu+pGn0H3xIdM5BOdH7ES1eYwxc2BhwdlNcSWvX9hL8ONxkHd8hPeP9E11MZTmrFVxCxLwXCouG69r9velZTlCrypBo3rwjfVDXnRnfPc24KoZwnFi9FvL656DjfQW3T+q/DNSyzWVUuHAZKlmIrgOgapHnPDKlNyCCMuuQLSp0K/HgHORQ==');
INSERT INTO public.platform_settings VALUES ('node.last_backup', '2026-03-04T12:00:00.000Z');


--
-- Data for Name: platform_sign_in_failures; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_sign_in_failures VALUES ('7ccc32223cd83b51ac293e07e430b268f12ef96c500db7818a2fdb81163a6433', 1, '2026-11-22T04:14:32.779Z', '2026-11-22T04:14:32.779Z');
INSERT INTO public.platform_sign_in_failures VALUES ('283b04d8873a8e47b2de125069f5cb109a1be1c0bf34339fcd935c735cb242f4', 0.95245819, '2026-11-22T04:14:33.239Z', '2026-11-22T04:14:33.239Z');


--
-- Data for Name: platform_sign_in_links; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_sign_in_links VALUES ('5cca1e67179a253ef43933f02db5122d181f597746470ae5d3331a21c6132053', '01a20176-81ff-7daa-bf2b-d6085793ada7', '2026-11-22T04:14:33.477Z', '2026-11-23T04:14:33.477Z');


--
-- Data for Name: platform_team_members; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_team_members VALUES ('33333333-3333-4333-8333-333333333333', '01a20176-7af6-7032-85a1-c117f5efc927');


--
-- Data for Name: platform_teams; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_teams VALUES ('33333333-3333-4333-8333-333333333333', '01a20176-81ff-7ffd-ba47-cf7e2ffc886b', 'Night team', '2026-11-22T04:14:33.471Z', 1);


--
-- Data for Name: platform_token_uses; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_token_uses VALUES ('01a20176-8206-7e0e-9c96-b2f9190f7529', '2026-11-22T04:14:33.482Z');


--
-- Data for Name: platform_tokens; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_tokens VALUES ('01a20176-8206-7e0e-9c96-b2f9190f7529', '01a20176-7af6-7032-85a1-c117f5efc927', 'imports', '774a656d3b1011859c4236a07ca895a3c2d59a997f71deeafe0585c389581cfb', 'guide.import', '2026-11-22T04:14:33.478Z', '2027-11-17T04:14:33.478Z');


--
-- Data for Name: platform_totp_steps; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_totp_steps VALUES ('01a20176-7af6-7032-85a1-c117f5efc927', 59844029);


--
-- Data for Name: platform_users; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_users VALUES ('01a20176-7af6-7032-85a1-c117f5efc927', 'ana', 'ana', '', 'en', NULL, 'AQAAAAIAAzRQAAAAEIBjHKAiN3kHpoAR6odFcEr6EBC5EaAFCRkYrjuPRV3HBkwTSpsg5JhnRH5/UUCXfg==', false, 'CfDJ8KK4OxY0zptPoUKKfkp6RMnV75Ifx9kJ0LvBQf3nR0rV5heB3a2a4SD8pCENieVZo40cA6WIzFe1TnB-r77yOr9rXA6kHBroPh-awIFuUBYdgvlsdv6F0TyIzgij-KtjOKEia4f2Xrw1BXqyE47brB0', 'a5c1fb19d2a6a7f15c5b383271cd2164', '2026-11-22T04:14:31.670Z', NULL, 4);
INSERT INTO public.platform_users VALUES ('01a20176-81ff-7daa-bf2b-d6085793ada7', 'nadia', 'Nadia Okoye', 'nadia@isla.example', 'ht', '01a20176-81ff-7ffd-ba47-cf7e2ffc886b', '', true, '', '83df69b46a5046146f96f8730b9bba76', '2026-11-22T04:14:33.471Z', NULL, 1);


--
-- Data for Name: platform_versions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_versions VALUES ('guide', 3);


--
-- Name: guide_accessibility guide_accessibility_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_accessibility
    ADD CONSTRAINT guide_accessibility_pkey PRIMARY KEY (owner_kind, owner_id, ordinal);


--
-- Name: guide_addresses guide_addresses_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_addresses
    ADD CONSTRAINT guide_addresses_pkey PRIMARY KEY (owner_kind, owner_id, ordinal);


--
-- Name: guide_attributes guide_attributes_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_attributes
    ADD CONSTRAINT guide_attributes_pkey PRIMARY KEY (owner_kind, owner_id, ordinal);


--
-- Name: guide_capacities guide_capacities_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_capacities
    ADD CONSTRAINT guide_capacities_pkey PRIMARY KEY (owner_kind, owner_id, ordinal);


--
-- Name: guide_contacts guide_contacts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_contacts
    ADD CONSTRAINT guide_contacts_pkey PRIMARY KEY (owner_kind, owner_id, ordinal);


--
-- Name: guide_cost_options guide_cost_options_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_cost_options
    ADD CONSTRAINT guide_cost_options_pkey PRIMARY KEY (owner_kind, owner_id, ordinal);


--
-- Name: guide_eligibility guide_eligibility_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_eligibility
    ADD CONSTRAINT guide_eligibility_pkey PRIMARY KEY (owner_kind, owner_id, ordinal);


--
-- Name: guide_funding guide_funding_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_funding
    ADD CONSTRAINT guide_funding_pkey PRIMARY KEY (owner_kind, owner_id, ordinal);


--
-- Name: guide_holiday_schedules guide_holiday_schedules_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_holiday_schedules
    ADD CONSTRAINT guide_holiday_schedules_pkey PRIMARY KEY (owner_kind, owner_id, ordinal);


--
-- Name: guide_import_files guide_import_files_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_import_files
    ADD CONSTRAINT guide_import_files_pkey PRIMARY KEY (import_id, ordinal);


--
-- Name: guide_imports guide_imports_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_imports
    ADD CONSTRAINT guide_imports_pkey PRIMARY KEY (id);


--
-- Name: guide_languages guide_languages_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_languages
    ADD CONSTRAINT guide_languages_pkey PRIMARY KEY (owner_kind, owner_id, ordinal);


--
-- Name: guide_locations guide_locations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_locations
    ADD CONSTRAINT guide_locations_pkey PRIMARY KEY (id);


--
-- Name: guide_metadata guide_metadata_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_metadata
    ADD CONSTRAINT guide_metadata_pkey PRIMARY KEY (owner_kind, owner_id, ordinal);


--
-- Name: guide_organization_identifiers guide_organization_identifiers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_organization_identifiers
    ADD CONSTRAINT guide_organization_identifiers_pkey PRIMARY KEY (owner_kind, owner_id, ordinal);


--
-- Name: guide_organizations guide_organizations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_organizations
    ADD CONSTRAINT guide_organizations_pkey PRIMARY KEY (id);


--
-- Name: guide_phones guide_phones_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_phones
    ADD CONSTRAINT guide_phones_pkey PRIMARY KEY (owner_kind, owner_id, ordinal);


--
-- Name: guide_programs guide_programs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_programs
    ADD CONSTRAINT guide_programs_pkey PRIMARY KEY (owner_kind, owner_id, ordinal);


--
-- Name: guide_record_versions guide_record_versions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_record_versions
    ADD CONSTRAINT guide_record_versions_pkey PRIMARY KEY (kind, id, version);


--
-- Name: guide_records guide_records_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_records
    ADD CONSTRAINT guide_records_pkey PRIMARY KEY (kind, id);


--
-- Name: guide_required_documents guide_required_documents_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_required_documents
    ADD CONSTRAINT guide_required_documents_pkey PRIMARY KEY (owner_kind, owner_id, ordinal);


--
-- Name: guide_schedules guide_schedules_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_schedules
    ADD CONSTRAINT guide_schedules_pkey PRIMARY KEY (owner_kind, owner_id, ordinal);


--
-- Name: guide_service_areas guide_service_areas_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_service_areas
    ADD CONSTRAINT guide_service_areas_pkey PRIMARY KEY (owner_kind, owner_id, ordinal);


--
-- Name: guide_services_at_locations guide_services_at_locations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_services_at_locations
    ADD CONSTRAINT guide_services_at_locations_pkey PRIMARY KEY (id);


--
-- Name: guide_services guide_services_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_services
    ADD CONSTRAINT guide_services_pkey PRIMARY KEY (id);


--
-- Name: guide_taxonomies guide_taxonomies_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_taxonomies
    ADD CONSTRAINT guide_taxonomies_pkey PRIMARY KEY (id);


--
-- Name: guide_taxonomy_terms guide_taxonomy_terms_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_taxonomy_terms
    ADD CONSTRAINT guide_taxonomy_terms_pkey PRIMARY KEY (id);


--
-- Name: guide_translations guide_translations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_translations
    ADD CONSTRAINT guide_translations_pkey PRIMARY KEY (owner_kind, owner_id, field, language);


--
-- Name: guide_urls guide_urls_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_urls
    ADD CONSTRAINT guide_urls_pkey PRIMARY KEY (owner_kind, owner_id, ordinal);


--
-- Name: platform_agencies platform_agencies_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_agencies
    ADD CONSTRAINT platform_agencies_pkey PRIMARY KEY (id);


--
-- Name: platform_audit_entries platform_audit_entries_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_audit_entries
    ADD CONSTRAINT platform_audit_entries_pkey PRIMARY KEY (writer, sequence);


--
-- Name: platform_audit_heads platform_audit_heads_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_audit_heads
    ADD CONSTRAINT platform_audit_heads_pkey PRIMARY KEY (at);


--
-- Name: platform_blob_pieces platform_blob_pieces_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_blob_pieces
    ADD CONSTRAINT platform_blob_pieces_pkey PRIMARY KEY (hash, ordinal);


--
-- Name: platform_job_runs platform_job_runs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_job_runs
    ADD CONSTRAINT platform_job_runs_pkey PRIMARY KEY (id);


--
-- Name: platform_known_devices platform_known_devices_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_known_devices
    ADD CONSTRAINT platform_known_devices_pkey PRIMARY KEY (hash);


--
-- Name: platform_leases platform_leases_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_leases
    ADD CONSTRAINT platform_leases_pkey PRIMARY KEY (name);


--
-- Name: platform_migrations platform_migrations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_migrations
    ADD CONSTRAINT platform_migrations_pkey PRIMARY KEY (part, number);


--
-- Name: platform_passkeys platform_passkeys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_passkeys
    ADD CONSTRAINT platform_passkeys_pkey PRIMARY KEY (credential_id);


--
-- Name: platform_protection_keys platform_protection_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_protection_keys
    ADD CONSTRAINT platform_protection_keys_pkey PRIMARY KEY (id);


--
-- Name: platform_recovery_codes platform_recovery_codes_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_recovery_codes
    ADD CONSTRAINT platform_recovery_codes_pkey PRIMARY KEY (hash);


--
-- Name: platform_role_grants platform_role_grants_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_role_grants
    ADD CONSTRAINT platform_role_grants_pkey PRIMARY KEY (user_id, role, scope_kind, scope_id);


--
-- Name: platform_roles platform_roles_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_roles
    ADD CONSTRAINT platform_roles_pkey PRIMARY KEY (code);


--
-- Name: platform_sessions platform_sessions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_sessions
    ADD CONSTRAINT platform_sessions_pkey PRIMARY KEY (hash);


--
-- Name: platform_settings platform_settings_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_settings
    ADD CONSTRAINT platform_settings_pkey PRIMARY KEY (name);


--
-- Name: platform_sign_in_failures platform_sign_in_failures_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_sign_in_failures
    ADD CONSTRAINT platform_sign_in_failures_pkey PRIMARY KEY (subject);


--
-- Name: platform_sign_in_links platform_sign_in_links_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_sign_in_links
    ADD CONSTRAINT platform_sign_in_links_pkey PRIMARY KEY (hash);


--
-- Name: platform_team_members platform_team_members_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_team_members
    ADD CONSTRAINT platform_team_members_pkey PRIMARY KEY (team_id, user_id);


--
-- Name: platform_teams platform_teams_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_teams
    ADD CONSTRAINT platform_teams_pkey PRIMARY KEY (id);


--
-- Name: platform_token_uses platform_token_uses_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_token_uses
    ADD CONSTRAINT platform_token_uses_pkey PRIMARY KEY (token_id);


--
-- Name: platform_tokens platform_tokens_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_tokens
    ADD CONSTRAINT platform_tokens_pkey PRIMARY KEY (id);


--
-- Name: platform_totp_steps platform_totp_steps_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_totp_steps
    ADD CONSTRAINT platform_totp_steps_pkey PRIMARY KEY (user_id);


--
-- Name: platform_users platform_users_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_users
    ADD CONSTRAINT platform_users_pkey PRIMARY KEY (id);


--
-- Name: platform_versions platform_versions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_versions
    ADD CONSTRAINT platform_versions_pkey PRIMARY KEY (area);


--
-- Name: guide_attributes_by_term; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX guide_attributes_by_term ON public.guide_attributes USING btree (taxonomy_term_id);


--
-- Name: guide_imports_by_set; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX guide_imports_by_set ON public.guide_imports USING btree (source_set, started_at);


--
-- Name: guide_locations_by_organization; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX guide_locations_by_organization ON public.guide_locations USING btree (organization_id);


--
-- Name: guide_records_by_review; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX guide_records_by_review ON public.guide_records USING btree (review_due);


--
-- Name: guide_records_by_source; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX guide_records_by_source ON public.guide_records USING btree (source_set, kind, source_id);


--
-- Name: guide_services_at_locations_by_location; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX guide_services_at_locations_by_location ON public.guide_services_at_locations USING btree (location_id);


--
-- Name: guide_services_at_locations_by_service; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX guide_services_at_locations_by_service ON public.guide_services_at_locations USING btree (service_id);


--
-- Name: guide_services_by_organization; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX guide_services_by_organization ON public.guide_services USING btree (organization_id);


--
-- Name: platform_agencies_by_name; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX platform_agencies_by_name ON public.platform_agencies USING btree (name);


--
-- Name: platform_audit_by_subject; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX platform_audit_by_subject ON public.platform_audit_entries USING btree (subject, at);


--
-- Name: platform_audit_by_time; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX platform_audit_by_time ON public.platform_audit_entries USING btree (at);


--
-- Name: platform_job_runs_by_job; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX platform_job_runs_by_job ON public.platform_job_runs USING btree (job, started_at);


--
-- Name: platform_known_devices_by_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX platform_known_devices_by_user ON public.platform_known_devices USING btree (user_id);


--
-- Name: platform_passkeys_by_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX platform_passkeys_by_user ON public.platform_passkeys USING btree (user_id);


--
-- Name: platform_recovery_codes_by_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX platform_recovery_codes_by_user ON public.platform_recovery_codes USING btree (user_id);


--
-- Name: platform_sessions_by_end; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX platform_sessions_by_end ON public.platform_sessions USING btree (expires_at);


--
-- Name: platform_sessions_by_id; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX platform_sessions_by_id ON public.platform_sessions USING btree (id);


--
-- Name: platform_sessions_by_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX platform_sessions_by_user ON public.platform_sessions USING btree (user_id);


--
-- Name: platform_sign_in_failures_by_time; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX platform_sign_in_failures_by_time ON public.platform_sign_in_failures USING btree (counted_at);


--
-- Name: platform_team_members_by_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX platform_team_members_by_user ON public.platform_team_members USING btree (user_id);


--
-- Name: platform_teams_by_name; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX platform_teams_by_name ON public.platform_teams USING btree (agency_id, name);


--
-- Name: platform_tokens_by_hash; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX platform_tokens_by_hash ON public.platform_tokens USING btree (hash);


--
-- Name: platform_tokens_by_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX platform_tokens_by_user ON public.platform_tokens USING btree (user_id);


--
-- Name: platform_users_by_name; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX platform_users_by_name ON public.platform_users USING btree (sign_in_name);


--
-- Name: guide_accessibility guide_accessibility_owner_kind_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_accessibility
    ADD CONSTRAINT guide_accessibility_owner_kind_owner_id_fkey FOREIGN KEY (owner_kind, owner_id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_addresses guide_addresses_owner_kind_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_addresses
    ADD CONSTRAINT guide_addresses_owner_kind_owner_id_fkey FOREIGN KEY (owner_kind, owner_id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_attributes guide_attributes_owner_kind_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_attributes
    ADD CONSTRAINT guide_attributes_owner_kind_owner_id_fkey FOREIGN KEY (owner_kind, owner_id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_capacities guide_capacities_owner_kind_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_capacities
    ADD CONSTRAINT guide_capacities_owner_kind_owner_id_fkey FOREIGN KEY (owner_kind, owner_id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_contacts guide_contacts_owner_kind_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_contacts
    ADD CONSTRAINT guide_contacts_owner_kind_owner_id_fkey FOREIGN KEY (owner_kind, owner_id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_cost_options guide_cost_options_owner_kind_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_cost_options
    ADD CONSTRAINT guide_cost_options_owner_kind_owner_id_fkey FOREIGN KEY (owner_kind, owner_id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_eligibility guide_eligibility_owner_kind_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_eligibility
    ADD CONSTRAINT guide_eligibility_owner_kind_owner_id_fkey FOREIGN KEY (owner_kind, owner_id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_funding guide_funding_owner_kind_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_funding
    ADD CONSTRAINT guide_funding_owner_kind_owner_id_fkey FOREIGN KEY (owner_kind, owner_id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_holiday_schedules guide_holiday_schedules_owner_kind_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_holiday_schedules
    ADD CONSTRAINT guide_holiday_schedules_owner_kind_owner_id_fkey FOREIGN KEY (owner_kind, owner_id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_import_files guide_import_files_import_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_import_files
    ADD CONSTRAINT guide_import_files_import_id_fkey FOREIGN KEY (import_id) REFERENCES public.guide_imports(id);


--
-- Name: guide_languages guide_languages_owner_kind_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_languages
    ADD CONSTRAINT guide_languages_owner_kind_owner_id_fkey FOREIGN KEY (owner_kind, owner_id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_locations guide_locations_kind_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_locations
    ADD CONSTRAINT guide_locations_kind_id_fkey FOREIGN KEY (kind, id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_locations guide_locations_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_locations
    ADD CONSTRAINT guide_locations_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.guide_organizations(id);


--
-- Name: guide_metadata guide_metadata_owner_kind_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_metadata
    ADD CONSTRAINT guide_metadata_owner_kind_owner_id_fkey FOREIGN KEY (owner_kind, owner_id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_organization_identifiers guide_organization_identifiers_owner_kind_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_organization_identifiers
    ADD CONSTRAINT guide_organization_identifiers_owner_kind_owner_id_fkey FOREIGN KEY (owner_kind, owner_id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_organizations guide_organizations_kind_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_organizations
    ADD CONSTRAINT guide_organizations_kind_id_fkey FOREIGN KEY (kind, id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_phones guide_phones_owner_kind_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_phones
    ADD CONSTRAINT guide_phones_owner_kind_owner_id_fkey FOREIGN KEY (owner_kind, owner_id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_programs guide_programs_owner_kind_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_programs
    ADD CONSTRAINT guide_programs_owner_kind_owner_id_fkey FOREIGN KEY (owner_kind, owner_id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_record_versions guide_record_versions_import_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_record_versions
    ADD CONSTRAINT guide_record_versions_import_id_fkey FOREIGN KEY (import_id) REFERENCES public.guide_imports(id);


--
-- Name: guide_record_versions guide_record_versions_kind_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_record_versions
    ADD CONSTRAINT guide_record_versions_kind_id_fkey FOREIGN KEY (kind, id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_records guide_records_import_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_records
    ADD CONSTRAINT guide_records_import_id_fkey FOREIGN KEY (import_id) REFERENCES public.guide_imports(id);


--
-- Name: guide_required_documents guide_required_documents_owner_kind_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_required_documents
    ADD CONSTRAINT guide_required_documents_owner_kind_owner_id_fkey FOREIGN KEY (owner_kind, owner_id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_schedules guide_schedules_owner_kind_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_schedules
    ADD CONSTRAINT guide_schedules_owner_kind_owner_id_fkey FOREIGN KEY (owner_kind, owner_id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_service_areas guide_service_areas_owner_kind_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_service_areas
    ADD CONSTRAINT guide_service_areas_owner_kind_owner_id_fkey FOREIGN KEY (owner_kind, owner_id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_services_at_locations guide_services_at_locations_kind_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_services_at_locations
    ADD CONSTRAINT guide_services_at_locations_kind_id_fkey FOREIGN KEY (kind, id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_services_at_locations guide_services_at_locations_location_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_services_at_locations
    ADD CONSTRAINT guide_services_at_locations_location_id_fkey FOREIGN KEY (location_id) REFERENCES public.guide_locations(id);


--
-- Name: guide_services_at_locations guide_services_at_locations_service_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_services_at_locations
    ADD CONSTRAINT guide_services_at_locations_service_id_fkey FOREIGN KEY (service_id) REFERENCES public.guide_services(id);


--
-- Name: guide_services guide_services_kind_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_services
    ADD CONSTRAINT guide_services_kind_id_fkey FOREIGN KEY (kind, id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_services guide_services_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_services
    ADD CONSTRAINT guide_services_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.guide_organizations(id);


--
-- Name: guide_taxonomies guide_taxonomies_kind_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_taxonomies
    ADD CONSTRAINT guide_taxonomies_kind_id_fkey FOREIGN KEY (kind, id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_taxonomy_terms guide_taxonomy_terms_kind_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_taxonomy_terms
    ADD CONSTRAINT guide_taxonomy_terms_kind_id_fkey FOREIGN KEY (kind, id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_taxonomy_terms guide_taxonomy_terms_taxonomy_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_taxonomy_terms
    ADD CONSTRAINT guide_taxonomy_terms_taxonomy_id_fkey FOREIGN KEY (taxonomy_id) REFERENCES public.guide_taxonomies(id);


--
-- Name: guide_translations guide_translations_owner_kind_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_translations
    ADD CONSTRAINT guide_translations_owner_kind_owner_id_fkey FOREIGN KEY (owner_kind, owner_id) REFERENCES public.guide_records(kind, id);


--
-- Name: guide_urls guide_urls_owner_kind_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guide_urls
    ADD CONSTRAINT guide_urls_owner_kind_owner_id_fkey FOREIGN KEY (owner_kind, owner_id) REFERENCES public.guide_records(kind, id);


--
-- Name: platform_known_devices platform_known_devices_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_known_devices
    ADD CONSTRAINT platform_known_devices_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.platform_users(id);


--
-- Name: platform_passkeys platform_passkeys_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_passkeys
    ADD CONSTRAINT platform_passkeys_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.platform_users(id);


--
-- Name: platform_recovery_codes platform_recovery_codes_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_recovery_codes
    ADD CONSTRAINT platform_recovery_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.platform_users(id);


--
-- Name: platform_role_grants platform_role_grants_role_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_role_grants
    ADD CONSTRAINT platform_role_grants_role_fkey FOREIGN KEY (role) REFERENCES public.platform_roles(code);


--
-- Name: platform_role_grants platform_role_grants_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_role_grants
    ADD CONSTRAINT platform_role_grants_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.platform_users(id);


--
-- Name: platform_sessions platform_sessions_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_sessions
    ADD CONSTRAINT platform_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.platform_users(id);


--
-- Name: platform_sign_in_links platform_sign_in_links_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_sign_in_links
    ADD CONSTRAINT platform_sign_in_links_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.platform_users(id);


--
-- Name: platform_team_members platform_team_members_team_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_team_members
    ADD CONSTRAINT platform_team_members_team_id_fkey FOREIGN KEY (team_id) REFERENCES public.platform_teams(id);


--
-- Name: platform_team_members platform_team_members_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_team_members
    ADD CONSTRAINT platform_team_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.platform_users(id);


--
-- Name: platform_teams platform_teams_agency_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_teams
    ADD CONSTRAINT platform_teams_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES public.platform_agencies(id);


--
-- Name: platform_tokens platform_tokens_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_tokens
    ADD CONSTRAINT platform_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.platform_users(id);


--
-- Name: platform_totp_steps platform_totp_steps_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_totp_steps
    ADD CONSTRAINT platform_totp_steps_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.platform_users(id);


--
-- Name: platform_users platform_users_agency_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_users
    ADD CONSTRAINT platform_users_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES public.platform_agencies(id);


--
-- PostgreSQL database dump complete
--


