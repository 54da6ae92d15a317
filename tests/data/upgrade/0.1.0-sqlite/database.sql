PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE platform_migrations (
    part text not null,
    number integer not null,
    name text not null,
    hash text not null,
    applied_at text not null,
    primary key (part, number)
);
INSERT INTO platform_migrations VALUES('platform',1,'ground','7375f592c3b94498920ca72a3f8e71ea871b94b2e6b32be2e3b802fa04079be9','2026-11-22T04:14:23.167Z');
INSERT INTO platform_migrations VALUES('platform',2,'access','918d7acc3eb331e53c96db1d9b94ac2569aca4e6a8ecbcf6a76b872f432ebde1','2026-11-22T04:14:23.200Z');
INSERT INTO platform_migrations VALUES('platform',3,'blobs','f9c3896d6720e86023419df0255551c0f46625be39bd1fc5adb78107f16d6003','2026-11-22T04:14:23.206Z');
INSERT INTO platform_migrations VALUES('guide',1,'directory','88118c8688e77521eabcd305d2f190b060d29c67e20c221055a9c6f706028489','2026-11-22T04:14:23.208Z');
CREATE TABLE platform_audit_entries (
    writer text not null,
    sequence bigint not null check (sequence > 0),
    at text not null,
    actor text not null,
    change text not null,
    subject text not null,
    details text not null,
    previous text not null,
    hash text not null,
    primary key (writer, sequence)
);
INSERT INTO platform_audit_entries VALUES('sqlite',1,'2026-11-22T04:14:23.327Z','job:roles','access.role_shipped','role:administrator','{"permissions":["users.manage","audit.read","node.operate","guide.edit","guide.import","guide.confidential"]}','93c7df4d4d16113f1381c65e94294307bad949017773f9a33d1295f0c924ad85','3f8322ad1f909c1e18eb42811f48744aebbffed7c23c395b3b9429c1f9a831a6');
INSERT INTO platform_audit_entries VALUES('sqlite',2,'2026-11-22T04:14:23.656Z','job:roles','access.role_shipped','role:editor','{"permissions":["guide.edit","guide.import","guide.confidential"]}','3f8322ad1f909c1e18eb42811f48744aebbffed7c23c395b3b9429c1f9a831a6','cf6eec1221521e3a3a2487eb5727b19ec51d38cf37774afff61f3ee2a9fda5fe');
INSERT INTO platform_audit_entries VALUES('sqlite',3,'2026-11-22T04:14:23.658Z','job:roles','access.role_shipped','role:case_worker','{"permissions":["guide.confidential"]}','cf6eec1221521e3a3a2487eb5727b19ec51d38cf37774afff61f3ee2a9fda5fe','b759c816f49879710ccbb4fc5bd5cd2e07631ebdf387ed21b038fa835613acda');
INSERT INTO platform_audit_entries VALUES('sqlite',4,'2026-11-22T04:14:23.658Z','job:roles','access.role_shipped','role:statistician','{"permissions":["guide.import"]}','b759c816f49879710ccbb4fc5bd5cd2e07631ebdf387ed21b038fa835613acda','184d7ca9729a5c28de3cd85b4c46538ea72a1f8ce1444f000c8493b1d0e1bb6c');
INSERT INTO platform_audit_entries VALUES('sqlite',5,'2026-11-22T04:14:23.659Z','job:roles','access.role_shipped','role:auditor','{"permissions":["audit.read"]}','184d7ca9729a5c28de3cd85b4c46538ea72a1f8ce1444f000c8493b1d0e1bb6c','576835dd3a7f5e45e447073bd1bc144d3813dc281477e61d5043369a117ac4f4');
INSERT INTO platform_audit_entries VALUES('sqlite',6,'2026-11-22T04:14:23.659Z','job:roles','access.role_shipped','role:viewer','{"permissions":[]}','576835dd3a7f5e45e447073bd1bc144d3813dc281477e61d5043369a117ac4f4','2eb719cf5187fa8a11fc34e5f130a8199fb18cac3300d5861aa27c4928b8354f');
INSERT INTO platform_audit_entries VALUES('sqlite',7,'2026-11-22T04:14:24.700Z','user:alice','users.added','user:01a20176-5fa9-7587-8dd3-f341a66718d4','{"role":"administrator","scope":"node","scopeId":""}','2eb719cf5187fa8a11fc34e5f130a8199fb18cac3300d5861aa27c4928b8354f','c157ce0429ed805527ad8fc540a9707ea0eb159e093fdfc657dbe952766145cc');
INSERT INTO platform_audit_entries VALUES('sqlite',8,'2026-11-22T04:14:24.745Z','user:alice','access.sign_in_link_created','user:01a20176-5fa9-7587-8dd3-f341a66718d4','{}','c157ce0429ed805527ad8fc540a9707ea0eb159e093fdfc657dbe952766145cc','a1c7afa84a751b6ad52fb2181db0160429c7386cce1a91fd1cdb3150ef475c1d');
INSERT INTO platform_audit_entries VALUES('sqlite',9,'2026-11-22T04:14:26.397Z','user:01a20176-5fa9-7587-8dd3-f341a66718d4','access.sign_in_link_used','user:01a20176-5fa9-7587-8dd3-f341a66718d4','{}','a1c7afa84a751b6ad52fb2181db0160429c7386cce1a91fd1cdb3150ef475c1d','fccb71273c1536fc02a132f72e2b6531a09cbdf1c98b8fd17c5d36f7828b96d9');
INSERT INTO platform_audit_entries VALUES('sqlite',10,'2026-11-22T04:14:26.433Z','user:01a20176-5fa9-7587-8dd3-f341a66718d4','access.sign_in_step','user:01a20176-5fa9-7587-8dd3-f341a66718d4','{"session":"01a20176-6678-7782-a55c-b8121548e13e","stage":"password"}','fccb71273c1536fc02a132f72e2b6531a09cbdf1c98b8fd17c5d36f7828b96d9','6b35ccc08c799d9cf570e3270411eea6e47b0a2cd0c095d8c0aa839cfeb14928');
INSERT INTO platform_audit_entries VALUES('sqlite',11,'2026-11-22T04:14:26.674Z','user:01a20176-5fa9-7587-8dd3-f341a66718d4','access.password_changed','user:01a20176-5fa9-7587-8dd3-f341a66718d4','{}','6b35ccc08c799d9cf570e3270411eea6e47b0a2cd0c095d8c0aa839cfeb14928','79536811a40aaf5bd3e0bc971489b5da43d1fd0b0f15fffa9c1edd257ffde962');
INSERT INTO platform_audit_entries VALUES('sqlite',12,'2026-11-22T04:14:26.697Z','user:01a20176-5fa9-7587-8dd3-f341a66718d4','access.signed_in','user:01a20176-5fa9-7587-8dd3-f341a66718d4','{"session":"01a20176-6789-7ed6-8316-2600805f82e6","stage":"open"}','79536811a40aaf5bd3e0bc971489b5da43d1fd0b0f15fffa9c1edd257ffde962','79d5f6f9f465703c18bffa929bdf20cfc2fc19ed41e22d4717972015c70abf25');
INSERT INTO platform_audit_entries VALUES('sqlite',13,'2026-11-22T04:14:27.629Z','user:01a20176-5fa9-7587-8dd3-f341a66718d4','access.authenticator_set_up','user:01a20176-5fa9-7587-8dd3-f341a66718d4','{}','79d5f6f9f465703c18bffa929bdf20cfc2fc19ed41e22d4717972015c70abf25','3379fdc9a9f7b7f67965bf421626ce9b0fdb6c0ebf95fa5a9f50e0d1879b537d');
INSERT INTO platform_audit_entries VALUES('sqlite',14,'2026-11-22T04:14:27.644Z','user:01a20176-5fa9-7587-8dd3-f341a66718d4','access.signed_in','user:01a20176-5fa9-7587-8dd3-f341a66718d4','{"session":"01a20176-6b3b-7bff-bd15-42fe9cba9fb6","stage":"open"}','3379fdc9a9f7b7f67965bf421626ce9b0fdb6c0ebf95fa5a9f50e0d1879b537d','18525980d8cd2a38caafe05d4e21273e83344b28ac6ab76708521a62d58a8f3f');
INSERT INTO platform_audit_entries VALUES('sqlite',15,'2026-11-22T04:14:27.658Z','user:alice','users.added','user:01a20176-6b4a-7915-b6a8-8c90eb8d33da','{"role":"editor","scope":"agency","scopeId":"01a20176-6b4a-7a5d-91b6-553682e705de"}','18525980d8cd2a38caafe05d4e21273e83344b28ac6ab76708521a62d58a8f3f','2d36ce1d6eeb34dd227a577a3ca530f6bda9a04418574a011f8ef321cc259001');
INSERT INTO platform_audit_entries VALUES('sqlite',16,'2026-11-22T04:14:27.658Z','user:alice','users.agency_added','agency:01a20176-6b4a-7a5d-91b6-553682e705de','{}','2d36ce1d6eeb34dd227a577a3ca530f6bda9a04418574a011f8ef321cc259001','c2513fb2b08c60779ed9483995fe0a42c0b6e25d85588312b93f5c1e058d2267');
INSERT INTO platform_audit_entries VALUES('sqlite',17,'2026-11-22T04:14:27.667Z','user:alice','access.sign_in_link_created','user:01a20176-6b4a-7915-b6a8-8c90eb8d33da','{}','c2513fb2b08c60779ed9483995fe0a42c0b6e25d85588312b93f5c1e058d2267','b50d5271a51561e41a3600bff7b17bd89fdcc17cbf194ba2868b985cc216909c');
INSERT INTO platform_audit_entries VALUES('sqlite',18,'2026-11-22T04:14:27.670Z','user:01a20176-5fa9-7587-8dd3-f341a66718d4','access.token_created','user:01a20176-5fa9-7587-8dd3-f341a66718d4','{"token":"01a20176-6b55-75f4-bada-96c4252ddffe","permissions":["guide.import"],"expires":"2027-11-17T04:14:27.6683793+00:00"}','b50d5271a51561e41a3600bff7b17bd89fdcc17cbf194ba2868b985cc216909c','7cc6ff246df8900d00763a5414bdf5ae4328be08a2158ab2c0511822995abc0d');
INSERT INTO platform_audit_entries VALUES('sqlite',19,'2026-11-22T04:14:27.933Z','token:01a20176-6b55-75f4-bada-96c4252ddffe','guide.services.imported','01a20176-6c5b-760a-9937-3e5befbb71b4','{"sourceSet":"isla","Added":2,"Changed":0,"Unchanged":0,"Kept":0,"Vanished":0,"Retired":0,"Errors":0}','7cc6ff246df8900d00763a5414bdf5ae4328be08a2158ab2c0511822995abc0d','3c0be974fb6292beeb2dd681f588b572bad79f8900c252ccf1e8c9d8af8f6143');
INSERT INTO platform_audit_entries VALUES('sqlite',20,'2026-11-22T04:14:28.482Z','token:01a20176-6b55-75f4-bada-96c4252ddffe','guide.services.imported','01a20176-6e82-7d12-bc8c-50624a94c2c0','{"sourceSet":"isla","Added":0,"Changed":0,"Unchanged":2,"Kept":0,"Vanished":0,"Retired":0,"Errors":0}','3c0be974fb6292beeb2dd681f588b572bad79f8900c252ccf1e8c9d8af8f6143','ca5ade572ee6798025d99fb1bb840d6e8f7db3fdae663e6d14c81ba1139c9680');
INSERT INTO platform_audit_entries VALUES('sqlite',21,'2026-11-22T04:14:28.526Z','user:alice','test.directory','sample','{}','ca5ade572ee6798025d99fb1bb840d6e8f7db3fdae663e6d14c81ba1139c9680','7ff27edca3e524eecafec8b4497ca0ae9e491fe7cebcad146a90644f58abf45f');
INSERT INTO platform_audit_entries VALUES('sqlite',22,'2026-11-22T04:14:28.772Z','user:alice','node.backed_up','44444444-4444-4444-8444-444444444444','{"Created":"2026-03-04T12:00:00.000Z","files":0,"bytes":0}','7ff27edca3e524eecafec8b4497ca0ae9e491fe7cebcad146a90644f58abf45f','c8313ce6fab141b6ba47c0875aad29b39ac8c6bb59f24add80d7f566b230d8fc');
CREATE TABLE platform_audit_heads (
    at text not null,
    line text not null,
    primary key (at)
);
INSERT INTO platform_audit_heads VALUES('2026-11-22T04:14:24.955Z','{"At":"2026-11-22T04:14:24.955Z","Heads":[{"Writer":"sqlite","Sequence":8,"Hash":"a1c7afa84a751b6ad52fb2181db0160429c7386cce1a91fd1cdb3150ef475c1d"}],"Signature":"\u002BxsxbDTiYMtvIFVeR3suyj0te2wyM7Q3/ZiwdMHm0GZjz6k0I7Yi/2\u002BF4frmhtgIZZrxiWaS7x035A/D2rHMWw=="}');
INSERT INTO platform_audit_heads VALUES('2026-11-22T04:14:28.707Z','{"At":"2026-11-22T04:14:28.707Z","Heads":[{"Writer":"sqlite","Sequence":21,"Hash":"7ff27edca3e524eecafec8b4497ca0ae9e491fe7cebcad146a90644f58abf45f"}],"Signature":"X3mXHKJ3kSURvWAPnzOosq8UNpSdw\u002BIDqhl6BEG\u002BRbhvo2jSP6rZu9MaxyPF29ZLoEuhBGJxDIMG8RgfC/kZww=="}');
INSERT INTO platform_audit_heads VALUES('2026-11-22T04:14:28.886Z','{"At":"2026-11-22T04:14:28.886Z","Heads":[{"Writer":"sqlite","Sequence":22,"Hash":"c8313ce6fab141b6ba47c0875aad29b39ac8c6bb59f24add80d7f566b230d8fc"}],"Signature":"ZSm\u002BqSXIybiNE1n\u002B9q6KkcZyE5HgXybIvONEowvqUW1R3v9t2K4D3MmlR5Aee/5zMh322ArIxBj9fbZuGG6WgA=="}');
CREATE TABLE platform_versions (
    area text primary key,
    version bigint not null
);
INSERT INTO platform_versions VALUES('guide',3);
CREATE TABLE platform_leases (
    name text primary key,
    holder text not null,
    until text not null
);
INSERT INTO platform_leases VALUES('test.lease','somebody','2026-03-04T12:00:00.000Z');
CREATE TABLE platform_job_runs (
    id text primary key,
    job text not null,
    started_at text not null,
    ended_at text,
    outcome text not null check (outcome in ('running', 'done', 'failed', 'abandoned')),
    note text not null
);
INSERT INTO platform_job_runs VALUES('01a20176-6087-7ffc-b722-913d364f024b','platform.audit_heads','2026-11-22T04:14:24.909Z','2026-11-22T04:14:25.094Z','done','1 chains');
INSERT INTO platform_job_runs VALUES('01a20176-6151-7696-b534-052342b8b12a','platform.access_sweep','2026-11-22T04:14:25.107Z','2026-11-22T04:14:25.172Z','done','0 sessions, 0 devices, 0 counters');
CREATE TABLE platform_protection_keys (
    id text primary key,
    wrapped text not null,
    created_at text not null
);
INSERT INTO platform_protection_keys VALUES('01a20176-5edd-7c15-a607-f2a98d0de61e','<key id="742cb157-1245-48f2-af5c-0e7f53926ea6" version="1"><creationDate>2026-11-22T04:14:24.1934646Z</creationDate><activationDate>2026-11-22T04:14:24.1934646Z</activationDate><expirationDate>2027-02-20T04:14:24.1934646Z</expirationDate><descriptor deserializerType="Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel.AuthenticatedEncryptorDescriptorDeserializer, Microsoft.AspNetCore.DataProtection, Version=10.0.0.0, Culture=neutral, PublicKeyToken=adb9793829ddae60"><descriptor><encryption algorithm="AES_256_CBC" /><validation algorithm="HMACSHA256" /><encryptedSecret decryptorType="Tambo.Platform.Cryptography.OpenedXml, Tambo.Platform, Version=0.1.0.0, Culture=neutral, PublicKeyToken=null" xmlns="http://schemas.asp.net/2015/03/dataProtection"><sealed xmlns="">Od9aPEdHaZhI3new+T7FaaFpBll14jyEYD4Z0mrjK3dgbeexSPcjHaf0gP/Cim0euCYgEEXwD9k3ZbI/Qwh2QMND59yscTgCE7AmuVlzPskE3twHaDFAGoH3cvEyFe0o09ms5tYIpJbj7Uvd3JvYGsT5JbftUTwENoHBh8Z4UKpXqyK9etSu/FAmQBff9X21rsxc9aWVy7IvqVVbCf4CBjRWfM8Ad8nb2dpjzgebZjB+4fSRI587Jr2qG4YMfdwAcqMD9cRp5hh7NdSZPOnxz/1QvcwVy5BaH1QebP2zVm3g2NTNQ6KBV/dP40Sp3XSGJgKmfPD152vICUjM0tU6bexU3xt8l2MlNewc4id1ATA4WEO3P34yoN22tdwecxQe+TyM/+gSqxBf4Q==</sealed></encryptedSecret></descriptor></descriptor></key>','2026-11-22T04:14:24.477Z');
CREATE TABLE platform_settings (
    name text primary key,
    value text not null
);
INSERT INTO platform_settings VALUES('node.key_check','49f0838c38c5726f005a3573045e9369');
INSERT INTO platform_settings VALUES('node.audit_key','yz/NQMGeEYRU3FiG0/Hb3DUCrTbsWdC9QuayQKn1m38R1mspFP4C4NAuyJnEGfB69RPcwkhnlqwunvsGH+z2k+oUrxLwQy/tiS/66r7Iah7RFUn/KhBgIsBhMR5NiDHHLirKMr8GU3+tbHMAFg24tCoJrKUOMLLnLl39GMYIKLDlLswWpnvkd4/TBF2Wlb/7qU0o4vKq7gUIe2l4K0SuzjMrA3V5eQ==');
INSERT INTO platform_settings VALUES('node.last_backup','2026-03-04T12:00:00.000Z');
CREATE TABLE platform_agencies (
    id text primary key,
    name text not null check (name <> ''),
    created_at text not null,
    version integer not null check (version > 0)
);
INSERT INTO platform_agencies VALUES('01a20176-6b4a-7a5d-91b6-553682e705de','Isla Verde','2026-11-22T04:14:27.658Z',1);
CREATE TABLE platform_teams (
    id text primary key,
    agency_id text not null references platform_agencies (id),
    name text not null check (name <> ''),
    created_at text not null,
    version integer not null check (version > 0)
);
INSERT INTO platform_teams VALUES('33333333-3333-4333-8333-333333333333','01a20176-6b4a-7a5d-91b6-553682e705de','Night team','2026-11-22T04:14:27.658Z',1);
CREATE TABLE platform_users (
    id text primary key,
    sign_in_name text not null check (sign_in_name <> ''),
    display_name text not null,
    email text not null,
    language text not null,
    agency_id text references platform_agencies (id),
    password_hash text not null,
    must_change_password boolean not null,
    totp_secret text not null,
    security_stamp text not null,
    created_at text not null,
    disabled_at text,
    version integer not null check (version > 0)
);
INSERT INTO platform_users VALUES('01a20176-5fa9-7587-8dd3-f341a66718d4','ana','ana','','en',NULL,'AQAAAAIAAzRQAAAAELN6hJD/mJxFpq40VkmcNr/IMMxtWu7MqI17b7G/sQx3+Y4dzzuoNqWZwbNU8wMzjg==',0,'CfDJ8FexLHRFEvJIr1wOf1OSbqYjMdZWRq6tXJOMwPhwVRYhKSb5KpMrSnAtPJJFgkAe00zTsaY_Q7UNl58w1PTKDC6BJv8CPiaF5cYIR408PR2yjqAlp1NS1Vj9lkeLe3Jka5eSeQf1NjhPdcnnQe16EFQ','5d89a987b0e570d6d2de94e82b479e7a','2026-11-22T04:14:24.681Z',NULL,4);
INSERT INTO platform_users VALUES('01a20176-6b4a-7915-b6a8-8c90eb8d33da','nadia','Nadia Okoye','nadia@isla.example','ht','01a20176-6b4a-7a5d-91b6-553682e705de','',1,'','234ded4d3ac052a2e62e74448d6d7ac2','2026-11-22T04:14:27.658Z',NULL,1);
CREATE TABLE platform_team_members (
    team_id text not null references platform_teams (id),
    user_id text not null references platform_users (id),
    primary key (team_id, user_id)
);
INSERT INTO platform_team_members VALUES('33333333-3333-4333-8333-333333333333','01a20176-5fa9-7587-8dd3-f341a66718d4');
CREATE TABLE platform_roles (
    code text primary key,
    name text not null,
    permissions text not null,
    version integer not null check (version > 0)
);
INSERT INTO platform_roles VALUES('administrator','','users.manage audit.read node.operate guide.edit guide.import guide.confidential',1);
INSERT INTO platform_roles VALUES('editor','','guide.edit guide.import guide.confidential',1);
INSERT INTO platform_roles VALUES('case_worker','','guide.confidential',1);
INSERT INTO platform_roles VALUES('statistician','','guide.import',1);
INSERT INTO platform_roles VALUES('auditor','','audit.read',1);
INSERT INTO platform_roles VALUES('viewer','','',1);
CREATE TABLE platform_role_grants (
    user_id text not null references platform_users (id),
    role text not null references platform_roles (code),
    scope_kind text not null check (scope_kind in ('own', 'team', 'agency', 'place', 'node')),
    scope_id text not null check ((scope_kind in ('own', 'node')) = (scope_id = '')),
    primary key (user_id, role, scope_kind, scope_id)
);
INSERT INTO platform_role_grants VALUES('01a20176-5fa9-7587-8dd3-f341a66718d4','administrator','node','');
INSERT INTO platform_role_grants VALUES('01a20176-6b4a-7915-b6a8-8c90eb8d33da','editor','agency','01a20176-6b4a-7a5d-91b6-553682e705de');
CREATE TABLE platform_passkeys (
    credential_id text primary key,
    user_id text not null references platform_users (id),
    name text not null,
    data text not null,
    created_at text not null
);
INSERT INTO platform_passkeys VALUES('cred','01a20176-5fa9-7587-8dd3-f341a66718d4','Key ring','{}','2026-03-04T12:00:00.000Z');
CREATE TABLE platform_recovery_codes (
    hash text primary key,
    user_id text not null references platform_users (id)
);
INSERT INTO platform_recovery_codes VALUES('33a08bf3d49ee2a7c878e7539f1d6b3484c4d150099e213f69a27a372d935cd5','01a20176-5fa9-7587-8dd3-f341a66718d4');
INSERT INTO platform_recovery_codes VALUES('d2fec14daf429f22bbabbe7a5bc62bf4b8673dc2651641a5fb317194191e41ce','01a20176-5fa9-7587-8dd3-f341a66718d4');
INSERT INTO platform_recovery_codes VALUES('d257f301fdfe520cf959f7b054fc8faf6bcb4c7f0f68921fb6f56ebcbb917962','01a20176-5fa9-7587-8dd3-f341a66718d4');
INSERT INTO platform_recovery_codes VALUES('bb9050358324b8abe50bc80f06e8b03620d56948b32691028d8419beaf11b057','01a20176-5fa9-7587-8dd3-f341a66718d4');
INSERT INTO platform_recovery_codes VALUES('f5e244a4f8e3f879ce01122b3cfef99862c9eafa4f95d6dc5d2a6e34e043627d','01a20176-5fa9-7587-8dd3-f341a66718d4');
INSERT INTO platform_recovery_codes VALUES('c87c411cc61fbd15ddde377db1f95df7278f1aa6ff39b624bb8af5e1819190aa','01a20176-5fa9-7587-8dd3-f341a66718d4');
INSERT INTO platform_recovery_codes VALUES('a72c35bec58ff37e75b46ffa4b91ec8bd79d45d2529704d677652f713afb20f3','01a20176-5fa9-7587-8dd3-f341a66718d4');
INSERT INTO platform_recovery_codes VALUES('c972a342c820c66f3fb39ba8780016eb107f2d746949c2fbfa7db932ad2654e2','01a20176-5fa9-7587-8dd3-f341a66718d4');
INSERT INTO platform_recovery_codes VALUES('42629675a879679ae9325a709818eb44900ae0a2f66ea84e966f363edbb4ead0','01a20176-5fa9-7587-8dd3-f341a66718d4');
INSERT INTO platform_recovery_codes VALUES('4fd1ce474bfe610d13c52411282bce94826686b54d3d07193136ae147970fc6b','01a20176-5fa9-7587-8dd3-f341a66718d4');
CREATE TABLE platform_tokens (
    id text primary key,
    user_id text not null references platform_users (id),
    name text not null,
    hash text not null,
    permissions text not null,
    created_at text not null,
    expires_at text not null
);
INSERT INTO platform_tokens VALUES('01a20176-6b55-75f4-bada-96c4252ddffe','01a20176-5fa9-7587-8dd3-f341a66718d4','imports','a351fe8f4abece9b19c29353a2c82d4e8195384140b41508d72bd6441045c7a8','guide.import','2026-11-22T04:14:27.669Z','2027-11-17T04:14:27.668Z');
CREATE TABLE platform_sign_in_links (
    hash text primary key,
    user_id text not null references platform_users (id),
    created_at text not null,
    expires_at text not null
);
INSERT INTO platform_sign_in_links VALUES('018ee952dd6dcb295d2bd2eedbaa216ab4280ede619dddba8780b294a7cdde16','01a20176-6b4a-7915-b6a8-8c90eb8d33da','2026-11-22T04:14:27.667Z','2026-11-23T04:14:27.667Z');
CREATE TABLE platform_sessions (
    hash text primary key,
    id text not null,
    user_id text not null references platform_users (id),
    stage text not null check (stage in ('password', 'second_factor', 'enrolment', 'open')),
    user_agent text not null,
    created_at text not null,
    last_seen_at text not null,
    expires_at text not null
);
INSERT INTO platform_sessions VALUES('75e0c50776f3628134ae2a36316546e911e5400de148e6ac2344515b005bb48d','01a20176-6b3b-7bff-bd15-42fe9cba9fb6','01a20176-5fa9-7587-8dd3-f341a66718d4','open','','2026-11-22T04:14:27.643Z','2026-11-22T04:14:27.643Z','2026-11-22T16:14:27.643Z');
CREATE TABLE platform_known_devices (
    hash text primary key,
    user_id text not null references platform_users (id),
    expires_at text not null
);
INSERT INTO platform_known_devices VALUES('162fcfe122b7c123878d56aa531f4c9cbed92aff6bd39b30d5a10d688aef6d68','01a20176-5fa9-7587-8dd3-f341a66718d4','2027-05-21T04:14:26.702Z');
CREATE TABLE platform_sign_in_failures (
    subject text primary key,
    failures double precision not null check (failures >= 0),
    counted_at text not null,
    blocked_until text not null
);
INSERT INTO platform_sign_in_failures VALUES('283b04d8873a8e47b2de125069f5cb109a1be1c0bf34339fcd935c735cb242f4',0.93241404000000005503,'2026-11-22T04:14:27.479Z','2026-11-22T04:14:27.479Z');
INSERT INTO platform_sign_in_failures VALUES('7ccc32223cd83b51ac293e07e430b268f12ef96c500db7818a2fdb81163a6433',1.0,'2026-11-22T04:14:26.814Z','2026-11-22T04:14:26.814Z');
CREATE TABLE platform_totp_steps (
    user_id text primary key references platform_users (id),
    step bigint not null
);
INSERT INTO platform_totp_steps VALUES('01a20176-5fa9-7587-8dd3-f341a66718d4',59844028);
CREATE TABLE platform_token_uses (
    token_id text primary key,
    used_at text not null
);
INSERT INTO platform_token_uses VALUES('01a20176-6b55-75f4-bada-96c4252ddffe','2026-11-22T04:14:27.847Z');
CREATE TABLE platform_blob_pieces (
    hash text not null,
    ordinal integer not null check (ordinal >= 0),
    bytes blob not null,
    primary key (hash, ordinal)
);
INSERT INTO platform_blob_pieces VALUES('ab',0,X'000102ff');
CREATE TABLE guide_imports (
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
INSERT INTO guide_imports VALUES('01a20176-6c5b-760a-9937-3e5befbb71b4','isla','hsds','2026-11-22T04:14:28.263Z','token:01a20176-6b55-75f4-bada-96c4252ddffe','2026-11-22T04:14:28.263Z',2,0,0,0,0,0,0,'{"import_id":"01a20176-6c5b-760a-9937-3e5befbb71b4","source_set":"isla","dry_run":false,"added":2,"changed":0,"unchanged":0,"kept":0,"vanished":0,"retired":0,"errors":0,"records":[{"outcome":"Added","kind":"organization","id":"22222222-2222-4222-8222-222222222222","name":"Isla Verde","line":1},{"outcome":"Added","kind":"service","id":"11111111-1111-4111-8111-111111111111","name":"Clinic of the green door","line":1}],"issues":[],"issue_counts":{}}');
INSERT INTO guide_imports VALUES('01a20176-6e82-7d12-bc8c-50624a94c2c0','isla','hsds','2026-11-22T04:14:28.506Z','token:01a20176-6b55-75f4-bada-96c4252ddffe','2026-11-22T04:14:28.506Z',0,0,2,0,0,0,0,'{"import_id":"01a20176-6e82-7d12-bc8c-50624a94c2c0","source_set":"isla","dry_run":false,"added":0,"changed":0,"unchanged":2,"kept":0,"vanished":0,"retired":0,"errors":0,"records":[],"issues":[],"issue_counts":{}}');
CREATE TABLE guide_import_files (
    import_id text not null references guide_imports (id),
    ordinal integer not null check (ordinal >= 0),
    name text not null,
    bytes bigint not null check (bytes >= 0),
    hash text not null,
    primary key (import_id, ordinal)
);
INSERT INTO guide_import_files VALUES('01a20176-6c5b-760a-9937-3e5befbb71b4',0,'services.json',201,'fd0dd9020f71378f0e1b5ceaa326970bf76722fe88df9219aaed930fc1ccb376');
INSERT INTO guide_import_files VALUES('01a20176-6e82-7d12-bc8c-50624a94c2c0',0,'services.json',201,'fd0dd9020f71378f0e1b5ceaa326970bf76722fe88df9219aaed930fc1ccb376');
CREATE TABLE guide_records (
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
INSERT INTO guide_records VALUES('organization','22222222-2222-4222-8222-222222222222',1,'public','','2026-11-22T04:14:28.263Z','2026-11-22T04:14:28.263Z','token:01a20176-6b55-75f4-bada-96c4252ddffe',NULL,'',NULL,NULL,'isla','22222222-2222-4222-8222-222222222222','3a5804866e7877453afe4db5650166e653e9022a28845d7e73c2c400f4f74afe','01a20176-6c5b-760a-9937-3e5befbb71b4',1,'2026-11-22T04:14:28.263Z',NULL);
INSERT INTO guide_records VALUES('service','11111111-1111-4111-8111-111111111111',1,'public','','2026-11-22T04:14:28.263Z','2026-11-22T04:14:28.263Z','token:01a20176-6b55-75f4-bada-96c4252ddffe',NULL,'',NULL,NULL,'isla','11111111-1111-4111-8111-111111111111','b451d920fb980098c98bd6ad1e9d7290fc3916a1b0d40833cd9920602bb80280','01a20176-6c5b-760a-9937-3e5befbb71b4',1,'2026-11-22T04:14:28.263Z',NULL);
INSERT INTO guide_records VALUES('taxonomy','dca14804-76e4-8145-bedc-830e3e4cd8d3',1,'public','','2026-03-04T12:00:00.000Z','2026-03-04T12:00:00.000Z','',NULL,'',NULL,NULL,'','','',NULL,0,NULL,NULL);
INSERT INTO guide_records VALUES('taxonomy_term','bd4719d9-7091-80c2-9a21-2b8ee0c05c99',1,'public','','2026-03-04T12:00:00.000Z','2026-03-04T12:00:00.000Z','',NULL,'',NULL,NULL,'','','',NULL,0,NULL,NULL);
INSERT INTO guide_records VALUES('organization','27560e49-f1ee-8aa6-a74e-e93801f67cd8',1,'public','','2026-03-04T12:00:00.000Z','2026-03-04T12:00:00.000Z','user:alice',NULL,'',NULL,NULL,'','','',NULL,0,NULL,'{"motto":{"text":"Come in"}}');
INSERT INTO guide_records VALUES('service','ddc454d5-2023-85c7-9b0a-39cc9756d223',1,'public','en','2026-03-04T12:00:00.000Z','2026-03-04T12:00:00.000Z','user:alice','2026-03-04T12:00:00.000Z','House of the Lantern','2026-06-01',NULL,'lantern','7','',NULL,0,'2026-03-04T12:00:00.000Z',NULL);
INSERT INTO guide_records VALUES('location','9fb82592-ca6b-844c-a987-3216ff09ecd4',1,'public','','2026-03-04T12:00:00.000Z','2026-03-04T12:00:00.000Z','',NULL,'',NULL,NULL,'','','',NULL,0,NULL,NULL);
INSERT INTO guide_records VALUES('service_at_location','e900dce1-dd56-8915-9dc5-67b90fba32a4',1,'public','','2026-03-04T12:00:00.000Z','2026-03-04T12:00:00.000Z','',NULL,'',NULL,NULL,'','','',NULL,0,NULL,NULL);
CREATE TABLE guide_record_versions (
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
INSERT INTO guide_record_versions VALUES('organization','22222222-2222-4222-8222-222222222222',1,'2026-11-22T04:14:28.263Z','token:01a20176-6b55-75f4-bada-96c4252ddffe','imported','01a20176-6c5b-760a-9937-3e5befbb71b4','{"id":"22222222-2222-4222-8222-222222222222","name":"Isla Verde","description":"Help","confidentiality":"public"}');
INSERT INTO guide_record_versions VALUES('service','11111111-1111-4111-8111-111111111111',1,'2026-11-22T04:14:28.263Z','token:01a20176-6b55-75f4-bada-96c4252ddffe','imported','01a20176-6c5b-760a-9937-3e5befbb71b4','{"id":"11111111-1111-4111-8111-111111111111","organization_id":"22222222-2222-4222-8222-222222222222","name":"Clinic of the green door","status":"active","confidentiality":"public"}');
INSERT INTO guide_record_versions VALUES('taxonomy','dca14804-76e4-8145-bedc-830e3e4cd8d3',1,'2026-03-04T12:00:00.000Z','','imported',NULL,'{"id":"dca14804-76e4-8145-bedc-830e3e4cd8d3","name":"Needs","description":"What people need","uri":"https://example.org/needs","version":"1","confidentiality":"public"}');
INSERT INTO guide_record_versions VALUES('taxonomy_term','bd4719d9-7091-80c2-9a21-2b8ee0c05c99',1,'2026-03-04T12:00:00.000Z','','imported',NULL,'{"id":"bd4719d9-7091-80c2-9a21-2b8ee0c05c99","taxonomy_id":"dca14804-76e4-8145-bedc-830e3e4cd8d3","taxonomy":"Needs","code":"shelter","name":"Shelter","description":"A bed","language":"en","term_uri":"https://example.org/shelter","confidentiality":"public"}');
INSERT INTO guide_record_versions VALUES('organization','27560e49-f1ee-8aa6-a74e-e93801f67cd8',1,'2026-03-04T12:00:00.000Z','user:alice','imported',NULL,'{"id":"27560e49-f1ee-8aa6-a74e-e93801f67cd8","name":"House of the Lantern","alternate_name":"Lantern","description":"A house for those on the way","email":"house@example.org","website":"https://example.org","tax_status":"none","tax_id":"T-1","year_incorporated":1990,"legal_status":"association","logo":"https://example.org/logo.png","uri":"https://example.org/id","parent_organization_id":"4514008b-a734-8c04-b6b9-3f1fef57e16f","additional_websites":[{"id":"ee5bfe40-cf83-83e4-83cb-a2e5b9e8cb04","url":"https://example.org/2","label":"Second"}],"funding":[{"id":"f8748b31-ddab-8027-ab2b-ed21edc5a9c6","source":"Gifts"}],"contacts":[{"id":"b1dc7856-1326-8e5f-bf99-af1cd91369a9","name":"Lumi","title":"Host","department":"Door","email":"lumi@example.org","phones":[{"id":"3f346cc0-032e-8ee9-84d2-0a5935cdc38e","number":"\u002B999 104","extension":12,"type":"voice","description":"Day and night","languages":[{"id":"a5ffdefd-33b0-8263-88c0-5673dad563a1","name":"English","code":"en"}]}]}],"phones":[{"id":"11a0f4de-e00b-8330-b3da-586854090e02","number":"\u002B999 100","extension":12,"type":"voice","description":"Day and night","languages":[{"id":"c50cc9f3-62b3-89c6-9367-c3ef9f5e442b","name":"English","code":"en"}]}],"programs":[{"id":"93ba3ba6-449a-809a-81ed-125428874ea9","name":"Winter","alternate_name":"W","description":"Warm beds"}],"organization_identifiers":[{"id":"4ea44db0-fafd-8e59-bf2a-59b0fa436aa9","identifier_scheme":"XX-REG","identifier_type":"Registry","identifier":"77"}],"attributes":[{"id":"f17b2aa8-189d-86b9-a942-ba7085cb132f","taxonomy_term_id":"bd4719d9-7091-80c2-9a21-2b8ee0c05c99","link_type":"taxonomy","link_entity":"organization","value":"yes","label":"Type"}],"metadata":[{"id":"dcec336f-0f28-84a4-9a00-068a1efa6a1d","resource_type":"organization","last_action_date":"2026-01-01","last_action_type":"update","field_name":"name","previous_value":"Old","replacement_value":"New","updated_by":"desk"}],"motto":{"text":"Come in"},"confidentiality":"public"}');
INSERT INTO guide_record_versions VALUES('service','ddc454d5-2023-85c7-9b0a-39cc9756d223',1,'2026-03-04T12:00:00.000Z','user:alice','imported',NULL,'{"id":"ddc454d5-2023-85c7-9b0a-39cc9756d223","organization_id":"27560e49-f1ee-8aa6-a74e-e93801f67cd8","name":"Night shelter","alternate_name":"Beds","description":"Beds for one night","url":"https://example.org/beds","email":"beds@example.org","status":"temporarily closed","interpretation_services":"On request","application_process":"Walk in","fees_description":"Free","wait_time":"none","fees":"0","accreditations":"none","eligibility_description":"Everybody","minimum_age":0.5,"maximum_age":99,"assured_date":"2026-02-01","assurer_email":"check@example.org","licenses":"none","alert":"Full on Friday","last_modified":"2026-02-02T10:00:00Z","free":true,"additional_urls":[{"id":"328af269-b2e1-81bb-8ab3-5e0fe9466859","url":"https://example.org/3"}],"phones":[{"id":"9265d66a-32c0-8d53-97bb-dddd79145f70","number":"\u002B999 101","extension":12,"type":"voice","description":"Day and night","languages":[{"id":"f3205c20-d73b-8bed-b2f7-0e220b083a26","name":"English","code":"en"}]}],"schedules":[{"id":"fe6e0092-66e5-8c1a-8f5e-45e68e339f5b","valid_from":"2026-01-01","valid_to":"2026-12-31","dtstart":"2026-01-01","timezone":-5,"until":"2026-12-31","count":300,"wkst":"MO","freq":"WEEKLY","interval":1,"byday":"MO,TU","byweekno":"1","bymonthday":"2","byyearday":"3","description":"Evenings","opens_at":"18:00","closes_at":"23:00","schedule_link":"https://example.org/hours","attending_type":"in person","notes":"Ring twice"}],"holiday_schedules":[{"id":"44d0bd5a-2947-8abe-86e2-fe7660ee66df","closed":true,"start_date":"2026-12-25","end_date":"2026-12-25","description":"Feast"}],"service_areas":[{"id":"e09d0d3b-9664-810e-9a26-faf3c4c470f2","name":"The valley","description":"All of it","extent":"POINT EMPTY","extent_type":"other","uri":"https://example.org/valley"}],"languages":[{"id":"b8b1287d-6fa6-8836-b998-ab73b4cd8bc1","name":"Kreyòl","code":"ht","note":"mornings"}],"funding":[{"id":"47c4ada1-29f2-8d5d-a9a8-bca8f884e276","source":"Town"}],"cost_options":[{"id":"ad9097dc-96ec-894a-8f89-150586bc9237","valid_from":"2026-01-01","valid_to":"2026-12-31","option":"Adults","currency":"XXX","amount":1.25,"amount_description":"a night"}],"program":{"id":"05dc2fd9-bab8-87c0-9885-6119d0630e52","name":"Winter","description":""},"eligibility":[{"id":"fd69c176-7a6a-858e-9996-3d6cbe3df7e9","eligibility":"families"}],"required_documents":[{"id":"42a76c18-b5bc-87a3-8571-521fdabe94eb","document":"None needed","uri":"https://example.org/docs"}],"contacts":[{"id":"789455f0-891f-8951-9890-829eef94355e","name":"Lumi","title":"Host","department":"Door","email":"lumi@example.org","phones":[{"id":"780c6dd8-3ac2-8843-ab57-f513c7283971","number":"\u002B999 104","extension":12,"type":"voice","description":"Day and night","languages":[{"id":"9f21dc3e-a3ab-8634-8d76-ee6453423fa7","name":"English","code":"en"}]}]}],"capacities":[{"id":"0c7a4a72-2864-88f0-b755-2b3903c12054","unit":{"id":"b8224755-fe6b-8765-bab4-1364c7dffe5e","name":"bed","scheme":"s","identifier":"b","uri":"https://example.org/bed"},"available":3,"maximum":40,"description":"beds","updated":"2026-03-04T11:00:00Z"}],"attributes":[{"id":"78a3935d-2ce7-8346-b256-3e7cacbec3dc","taxonomy_term_id":"bd4719d9-7091-80c2-9a21-2b8ee0c05c99","link_type":"taxonomy_term","link_entity":"service"}],"confidentiality":"public","text_language":"en","translations":[{"field":"name","language":"es","value":"Albergue de noche","source_hash":"0523007fd748c4cf3cb1c8862a741038","method":"human","reviewer":"desk","reviewed_at":"2026-03-04T12:00:00+00:00"}]}');
INSERT INTO guide_record_versions VALUES('location','9fb82592-ca6b-844c-a987-3216ff09ecd4',1,'2026-03-04T12:00:00.000Z','','imported',NULL,'{"id":"9fb82592-ca6b-844c-a987-3216ff09ecd4","organization_id":"27560e49-f1ee-8aa6-a74e-e93801f67cd8","location_type":"physical","url":"https://example.org/place","name":"The house","alternate_name":"Casa","description":"A yellow house","transportation":"Bus 4","latitude":12.345678,"longitude":-71.234567,"external_identifier":"X1","external_identifier_type":"local","time_zone":"America/Port-au-Prince","country":"XX","admin_area":"XX-N","languages":[{"id":"e1cc35af-2d29-804f-9b94-b8b524762907","code":"es"}],"addresses":[{"id":"633cad9b-61d8-8131-a8d0-2f4f1ac4baac","attention":"Desk","address_1":"Candle Street 4","address_2":"Back door","city":"Lumen","region":"North","state_province":"Northland","postal_code":"99888","country":"XX","address_type":"physical"}],"contacts":[{"id":"77949596-d082-8a83-a2c6-03a14c6622f9","name":"Lumi","title":"Host","department":"Door","email":"lumi@example.org","phones":[{"id":"cf762b98-9f65-8b62-9afc-5f0e3095f9e1","number":"\u002B999 104","extension":12,"type":"voice","description":"Day and night","languages":[{"id":"bb3799c6-706d-872c-88de-45920e15fc56","name":"English","code":"en"}]}]}],"accessibility":[{"id":"3c658d47-be89-836e-897c-d40f6af93347","code":"wheelchair","description":"Ramp","details":"Left side","url":"https://example.org/ramp"}],"phones":[{"id":"6cd09942-3758-8179-a733-da7ae8e0f90f","number":"\u002B999 102","extension":12,"type":"voice","description":"Day and night","languages":[{"id":"81418f16-5842-8ee4-b451-f1d0dfa20f25","name":"English","code":"en"}]}],"schedules":[{"id":"9337668e-255a-8b1d-8eb8-b1f9afc4709d","valid_from":"2026-01-01","valid_to":"2026-12-31","dtstart":"2026-01-01","timezone":-5,"until":"2026-12-31","count":300,"wkst":"MO","freq":"WEEKLY","interval":1,"byday":"MO,TU","byweekno":"1","bymonthday":"2","byyearday":"3","description":"Evenings","opens_at":"18:00","closes_at":"23:00","schedule_link":"https://example.org/hours","attending_type":"in person","notes":"Ring twice"}],"confidentiality":"public"}');
INSERT INTO guide_record_versions VALUES('service_at_location','e900dce1-dd56-8915-9dc5-67b90fba32a4',1,'2026-03-04T12:00:00.000Z','','imported',NULL,'{"id":"e900dce1-dd56-8915-9dc5-67b90fba32a4","service_id":"ddc454d5-2023-85c7-9b0a-39cc9756d223","location_id":"9fb82592-ca6b-844c-a987-3216ff09ecd4","description":"Second floor","contacts":[{"id":"0b9ee27d-218e-8f5d-a347-10183f2dd7ee","name":"Lumi","title":"Host","department":"Door","email":"lumi@example.org","phones":[{"id":"709c9cf2-3625-8df6-b01e-99a3da251b22","number":"\u002B999 104","extension":12,"type":"voice","description":"Day and night","languages":[{"id":"040af913-1717-86e2-b225-288c4a4bfb36","name":"English","code":"en"}]}]}],"phones":[{"id":"1a3e5fa3-7028-8c6d-976f-693fb41bf243","number":"\u002B999 103","extension":12,"type":"voice","description":"Day and night","languages":[{"id":"de2ad3c6-a936-85f7-8749-dd41bf887f3f","name":"English","code":"en"}]}],"schedules":[{"id":"1b6f95be-23ad-8302-9665-18b057720ef5","valid_from":"2026-01-01","valid_to":"2026-12-31","dtstart":"2026-01-01","timezone":-5,"until":"2026-12-31","count":300,"wkst":"MO","freq":"WEEKLY","interval":1,"byday":"MO,TU","byweekno":"1","bymonthday":"2","byyearday":"3","description":"Evenings","opens_at":"18:00","closes_at":"23:00","schedule_link":"https://example.org/hours","attending_type":"in person","notes":"Ring twice"}],"service_areas":[{"id":"1a0e6c34-e475-8b0c-b84b-ff7fcc3fae62","name":"Lumen"}],"confidentiality":"public"}');
CREATE TABLE guide_organizations (
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
INSERT INTO guide_organizations VALUES('organization','22222222-2222-4222-8222-222222222222','Isla Verde','','Help','','','','',NULL,'','','',NULL);
INSERT INTO guide_organizations VALUES('organization','27560e49-f1ee-8aa6-a74e-e93801f67cd8','House of the Lantern','Lantern','A house for those on the way','house@example.org','https://example.org','none','T-1',1990.0,'association','https://example.org/logo.png','https://example.org/id','4514008b-a734-8c04-b6b9-3f1fef57e16f');
CREATE TABLE guide_services (
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
INSERT INTO guide_services VALUES('service','11111111-1111-4111-8111-111111111111','22222222-2222-4222-8222-222222222222','Clinic of the green door','','','','','active','','','','','','','',NULL,NULL,'','','','','',NULL);
INSERT INTO guide_services VALUES('service','ddc454d5-2023-85c7-9b0a-39cc9756d223','27560e49-f1ee-8aa6-a74e-e93801f67cd8','Night shelter','Beds','Beds for one night','https://example.org/beds','beds@example.org','temporarily closed','On request','Walk in','Free','none','0','none','Everybody',0.5,99.0,'2026-02-01','check@example.org','none','Full on Friday','2026-02-02T10:00:00Z',1);
CREATE TABLE guide_locations (
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
INSERT INTO guide_locations VALUES('location','9fb82592-ca6b-844c-a987-3216ff09ecd4','27560e49-f1ee-8aa6-a74e-e93801f67cd8','physical','https://example.org/place','The house','Casa','A yellow house','Bus 4',12.345677999999999485,-71.234566999999998416,'exact','X1','local','America/Port-au-Prince','XX','XX-N');
CREATE TABLE guide_services_at_locations (
    kind text not null check (kind = 'service_at_location'),
    id text primary key,
    service_id text not null references guide_services (id),
    location_id text references guide_locations (id),
    description text not null,
    foreign key (kind, id) references guide_records (kind, id)
);
INSERT INTO guide_services_at_locations VALUES('service_at_location','e900dce1-dd56-8915-9dc5-67b90fba32a4','ddc454d5-2023-85c7-9b0a-39cc9756d223','9fb82592-ca6b-844c-a987-3216ff09ecd4','Second floor');
CREATE TABLE guide_taxonomies (
    kind text not null check (kind = 'taxonomy'),
    id text primary key,
    name text not null,
    description text not null,
    uri text not null,
    version_text text not null,
    foreign key (kind, id) references guide_records (kind, id)
);
INSERT INTO guide_taxonomies VALUES('taxonomy','dca14804-76e4-8145-bedc-830e3e4cd8d3','Needs','What people need','https://example.org/needs','1');
CREATE TABLE guide_taxonomy_terms (
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
INSERT INTO guide_taxonomy_terms VALUES('taxonomy_term','bd4719d9-7091-80c2-9a21-2b8ee0c05c99','dca14804-76e4-8145-bedc-830e3e4cd8d3','Needs','shelter','Shelter','A bed',NULL,'en','https://example.org/shelter');
CREATE TABLE guide_translations (
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
INSERT INTO guide_translations VALUES('service','ddc454d5-2023-85c7-9b0a-39cc9756d223','name','es','Albergue de noche','0523007fd748c4cf3cb1c8862a741038','human','desk','2026-03-04T12:00:00.000Z');
CREATE TABLE guide_phones (
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
INSERT INTO guide_phones VALUES('organization','27560e49-f1ee-8aa6-a74e-e93801f67cd8',0,'11a0f4de-e00b-8330-b3da-586854090e02','+999 100',12.0,'voice','Day and night','[{"id":"c50cc9f3-62b3-89c6-9367-c3ef9f5e442b","name":"English","code":"en"}]',NULL);
INSERT INTO guide_phones VALUES('service','ddc454d5-2023-85c7-9b0a-39cc9756d223',0,'9265d66a-32c0-8d53-97bb-dddd79145f70','+999 101',12.0,'voice','Day and night','[{"id":"f3205c20-d73b-8bed-b2f7-0e220b083a26","name":"English","code":"en"}]',NULL);
INSERT INTO guide_phones VALUES('location','9fb82592-ca6b-844c-a987-3216ff09ecd4',0,'6cd09942-3758-8179-a733-da7ae8e0f90f','+999 102',12.0,'voice','Day and night','[{"id":"81418f16-5842-8ee4-b451-f1d0dfa20f25","name":"English","code":"en"}]',NULL);
INSERT INTO guide_phones VALUES('service_at_location','e900dce1-dd56-8915-9dc5-67b90fba32a4',0,'1a3e5fa3-7028-8c6d-976f-693fb41bf243','+999 103',12.0,'voice','Day and night','[{"id":"de2ad3c6-a936-85f7-8749-dd41bf887f3f","name":"English","code":"en"}]',NULL);
CREATE TABLE guide_contacts (
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
INSERT INTO guide_contacts VALUES('organization','27560e49-f1ee-8aa6-a74e-e93801f67cd8',0,'b1dc7856-1326-8e5f-bf99-af1cd91369a9','Lumi','Host','Door','lumi@example.org','[{"id":"3f346cc0-032e-8ee9-84d2-0a5935cdc38e","number":"\u002B999 104","extension":12,"type":"voice","description":"Day and night","languages":[{"id":"a5ffdefd-33b0-8263-88c0-5673dad563a1","name":"English","code":"en"}]}]',NULL);
INSERT INTO guide_contacts VALUES('service','ddc454d5-2023-85c7-9b0a-39cc9756d223',0,'789455f0-891f-8951-9890-829eef94355e','Lumi','Host','Door','lumi@example.org','[{"id":"780c6dd8-3ac2-8843-ab57-f513c7283971","number":"\u002B999 104","extension":12,"type":"voice","description":"Day and night","languages":[{"id":"9f21dc3e-a3ab-8634-8d76-ee6453423fa7","name":"English","code":"en"}]}]',NULL);
INSERT INTO guide_contacts VALUES('location','9fb82592-ca6b-844c-a987-3216ff09ecd4',0,'77949596-d082-8a83-a2c6-03a14c6622f9','Lumi','Host','Door','lumi@example.org','[{"id":"cf762b98-9f65-8b62-9afc-5f0e3095f9e1","number":"\u002B999 104","extension":12,"type":"voice","description":"Day and night","languages":[{"id":"bb3799c6-706d-872c-88de-45920e15fc56","name":"English","code":"en"}]}]',NULL);
INSERT INTO guide_contacts VALUES('service_at_location','e900dce1-dd56-8915-9dc5-67b90fba32a4',0,'0b9ee27d-218e-8f5d-a347-10183f2dd7ee','Lumi','Host','Door','lumi@example.org','[{"id":"709c9cf2-3625-8df6-b01e-99a3da251b22","number":"\u002B999 104","extension":12,"type":"voice","description":"Day and night","languages":[{"id":"040af913-1717-86e2-b225-288c4a4bfb36","name":"English","code":"en"}]}]',NULL);
CREATE TABLE guide_schedules (
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
INSERT INTO guide_schedules VALUES('service','ddc454d5-2023-85c7-9b0a-39cc9756d223',0,'fe6e0092-66e5-8c1a-8f5e-45e68e339f5b','2026-01-01','2026-12-31','2026-01-01',-5.0,'2026-12-31',300.0,'MO','WEEKLY',1.0,'MO,TU','1','2','3','Evenings','18:00','23:00',0,0,'https://example.org/hours','in person','Ring twice',NULL);
INSERT INTO guide_schedules VALUES('location','9fb82592-ca6b-844c-a987-3216ff09ecd4',0,'9337668e-255a-8b1d-8eb8-b1f9afc4709d','2026-01-01','2026-12-31','2026-01-01',-5.0,'2026-12-31',300.0,'MO','WEEKLY',1.0,'MO,TU','1','2','3','Evenings','18:00','23:00',0,0,'https://example.org/hours','in person','Ring twice',NULL);
INSERT INTO guide_schedules VALUES('service_at_location','e900dce1-dd56-8915-9dc5-67b90fba32a4',0,'1b6f95be-23ad-8302-9665-18b057720ef5','2026-01-01','2026-12-31','2026-01-01',-5.0,'2026-12-31',300.0,'MO','WEEKLY',1.0,'MO,TU','1','2','3','Evenings','18:00','23:00',0,0,'https://example.org/hours','in person','Ring twice',NULL);
CREATE TABLE guide_holiday_schedules (
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
INSERT INTO guide_holiday_schedules VALUES('service','ddc454d5-2023-85c7-9b0a-39cc9756d223',0,'44d0bd5a-2947-8abe-86e2-fe7660ee66df',1,'2026-12-25','2026-12-25','','',0,'Feast',NULL);
CREATE TABLE guide_languages (
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
INSERT INTO guide_languages VALUES('service','ddc454d5-2023-85c7-9b0a-39cc9756d223',0,'b8b1287d-6fa6-8836-b998-ab73b4cd8bc1','Kreyòl','ht','mornings',NULL);
INSERT INTO guide_languages VALUES('location','9fb82592-ca6b-844c-a987-3216ff09ecd4',0,'e1cc35af-2d29-804f-9b94-b8b524762907','','es','',NULL);
CREATE TABLE guide_addresses (
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
INSERT INTO guide_addresses VALUES('location','9fb82592-ca6b-844c-a987-3216ff09ecd4',0,'633cad9b-61d8-8131-a8d0-2f4f1ac4baac','Desk','Candle Street 4','Back door','Lumen','North','Northland','99888','XX','physical',NULL);
CREATE TABLE guide_accessibility (
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
INSERT INTO guide_accessibility VALUES('location','9fb82592-ca6b-844c-a987-3216ff09ecd4',0,'3c658d47-be89-836e-897c-d40f6af93347','wheelchair','Ramp','Left side','https://example.org/ramp',NULL);
CREATE TABLE guide_eligibility (
    owner_kind text not null check (owner_kind = 'service'),
    owner_id text not null,
    ordinal integer not null check (ordinal >= 0),
    id text not null,
    criterion text not null,
    extra text,
    primary key (owner_kind, owner_id, ordinal),
    foreign key (owner_kind, owner_id) references guide_records (kind, id)
);
INSERT INTO guide_eligibility VALUES('service','ddc454d5-2023-85c7-9b0a-39cc9756d223',0,'fd69c176-7a6a-858e-9996-3d6cbe3df7e9','families',NULL);
CREATE TABLE guide_required_documents (
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
INSERT INTO guide_required_documents VALUES('service','ddc454d5-2023-85c7-9b0a-39cc9756d223',0,'42a76c18-b5bc-87a3-8571-521fdabe94eb','None needed','https://example.org/docs',NULL);
CREATE TABLE guide_cost_options (
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
INSERT INTO guide_cost_options VALUES('service','ddc454d5-2023-85c7-9b0a-39cc9756d223',0,'ad9097dc-96ec-894a-8f89-150586bc9237','2026-01-01','2026-12-31','Adults','XXX',1.25,'a night',NULL);
CREATE TABLE guide_capacities (
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
INSERT INTO guide_capacities VALUES('service','ddc454d5-2023-85c7-9b0a-39cc9756d223',0,'0c7a4a72-2864-88f0-b755-2b3903c12054','{"id":"b8224755-fe6b-8765-bab4-1364c7dffe5e","name":"bed","scheme":"s","identifier":"b","uri":"https://example.org/bed"}',3.0,40.0,'beds','2026-03-04T11:00:00Z',NULL);
CREATE TABLE guide_service_areas (
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
INSERT INTO guide_service_areas VALUES('service','ddc454d5-2023-85c7-9b0a-39cc9756d223',0,'e09d0d3b-9664-810e-9a26-faf3c4c470f2','The valley','All of it','POINT EMPTY','other','https://example.org/valley',NULL);
INSERT INTO guide_service_areas VALUES('service_at_location','e900dce1-dd56-8915-9dc5-67b90fba32a4',0,'1a0e6c34-e475-8b0c-b84b-ff7fcc3fae62','Lumen','','','','',NULL);
CREATE TABLE guide_programs (
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
INSERT INTO guide_programs VALUES('organization','27560e49-f1ee-8aa6-a74e-e93801f67cd8',0,'93ba3ba6-449a-809a-81ed-125428874ea9','Winter','W','Warm beds',NULL);
INSERT INTO guide_programs VALUES('service','ddc454d5-2023-85c7-9b0a-39cc9756d223',0,'05dc2fd9-bab8-87c0-9885-6119d0630e52','Winter','','',NULL);
CREATE TABLE guide_funding (
    owner_kind text not null check (owner_kind in ('organization', 'service')),
    owner_id text not null,
    ordinal integer not null check (ordinal >= 0),
    id text not null,
    source text not null,
    extra text,
    primary key (owner_kind, owner_id, ordinal),
    foreign key (owner_kind, owner_id) references guide_records (kind, id)
);
INSERT INTO guide_funding VALUES('organization','27560e49-f1ee-8aa6-a74e-e93801f67cd8',0,'f8748b31-ddab-8027-ab2b-ed21edc5a9c6','Gifts',NULL);
INSERT INTO guide_funding VALUES('service','ddc454d5-2023-85c7-9b0a-39cc9756d223',0,'47c4ada1-29f2-8d5d-a9a8-bca8f884e276','Town',NULL);
CREATE TABLE guide_organization_identifiers (
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
INSERT INTO guide_organization_identifiers VALUES('organization','27560e49-f1ee-8aa6-a74e-e93801f67cd8',0,'4ea44db0-fafd-8e59-bf2a-59b0fa436aa9','XX-REG','Registry','77',NULL);
CREATE TABLE guide_urls (
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
INSERT INTO guide_urls VALUES('organization','27560e49-f1ee-8aa6-a74e-e93801f67cd8',0,'ee5bfe40-cf83-83e4-83cb-a2e5b9e8cb04','https://example.org/2','Second',NULL);
INSERT INTO guide_urls VALUES('service','ddc454d5-2023-85c7-9b0a-39cc9756d223',0,'328af269-b2e1-81bb-8ab3-5e0fe9466859','https://example.org/3','',NULL);
CREATE TABLE guide_attributes (
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
INSERT INTO guide_attributes VALUES('organization','27560e49-f1ee-8aa6-a74e-e93801f67cd8',0,'f17b2aa8-189d-86b9-a942-ba7085cb132f','bd4719d9-7091-80c2-9a21-2b8ee0c05c99','taxonomy','organization','yes','Type',NULL);
INSERT INTO guide_attributes VALUES('service','ddc454d5-2023-85c7-9b0a-39cc9756d223',0,'78a3935d-2ce7-8346-b256-3e7cacbec3dc','bd4719d9-7091-80c2-9a21-2b8ee0c05c99','taxonomy_term','service','','',NULL);
CREATE TABLE guide_metadata (
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
INSERT INTO guide_metadata VALUES('organization','27560e49-f1ee-8aa6-a74e-e93801f67cd8',0,'dcec336f-0f28-84a4-9a00-068a1efa6a1d','organization','2026-01-01','update','name','Old','New','desk',NULL);
CREATE INDEX platform_audit_by_subject on platform_audit_entries (subject, at);
CREATE INDEX platform_audit_by_time on platform_audit_entries (at);
CREATE INDEX platform_job_runs_by_job on platform_job_runs (job, started_at);
CREATE UNIQUE INDEX platform_agencies_by_name on platform_agencies (name);
CREATE UNIQUE INDEX platform_teams_by_name on platform_teams (agency_id, name);
CREATE UNIQUE INDEX platform_users_by_name on platform_users (sign_in_name);
CREATE INDEX platform_team_members_by_user on platform_team_members (user_id);
CREATE INDEX platform_passkeys_by_user on platform_passkeys (user_id);
CREATE INDEX platform_recovery_codes_by_user on platform_recovery_codes (user_id);
CREATE UNIQUE INDEX platform_tokens_by_hash on platform_tokens (hash);
CREATE INDEX platform_tokens_by_user on platform_tokens (user_id);
CREATE UNIQUE INDEX platform_sessions_by_id on platform_sessions (id);
CREATE INDEX platform_sessions_by_user on platform_sessions (user_id);
CREATE INDEX platform_sessions_by_end on platform_sessions (expires_at);
CREATE INDEX platform_known_devices_by_user on platform_known_devices (user_id);
CREATE INDEX platform_sign_in_failures_by_time on platform_sign_in_failures (counted_at);
CREATE INDEX guide_imports_by_set on guide_imports (source_set, started_at);
CREATE INDEX guide_records_by_source on guide_records (source_set, kind, source_id);
CREATE INDEX guide_records_by_review on guide_records (review_due);
CREATE INDEX guide_services_by_organization on guide_services (organization_id);
CREATE INDEX guide_locations_by_organization on guide_locations (organization_id);
CREATE INDEX guide_services_at_locations_by_service on guide_services_at_locations (service_id);
CREATE INDEX guide_services_at_locations_by_location on guide_services_at_locations (location_id);
CREATE INDEX guide_attributes_by_term on guide_attributes (taxonomy_term_id);
COMMIT;
