using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Access;
using Tambo.Cases.Attachments;
using Tambo.Cases.Consent;
using Tambo.Cases.Desk;
using Tambo.Cases.Devices;
using Tambo.Cases.Erasing;
using Tambo.Cases.Exporting;
using Tambo.Cases.Households;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Cases.Referrals;
using Tambo.Cases.Register;
using Tambo.Cases.Retention;
using Tambo.Cases.Screening;
using Tambo.Cases.Tracing;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;
using Tambo.Platform.Parts;

namespace Tambo.Cases;

/// <summary>Persons and the protection they need: registration with consent, early identification, referral.</summary>
public static class CasesPart
{
    /// <summary>What this part hands over to the node.</summary>
    public static Part Part { get; } = new()
    {
        Name = "cases",
        Assembly = typeof(CasesPart).Assembly,
        Problems = [.. CasesProblems.All, .. AttachmentProblems.All, .. TracingProblems.All, .. ConsentProblems.All, .. ReferralProblems.All, .. ErasingProblems.All, .. DeviceProblems.All],
        Permissions = CasesRights.All,
        Menu = [new MenuItem("cases.menu", CasesDesk.Root, CasesRights.Read), new MenuItem("cases.register", CasesDesk.Persons + "/new", CasesRights.Register), new MenuItem("referral.board", ReferralDesk.Board, CasesRights.Refer), new MenuItem("vault.title", OfflineDesk.Root, CasesRights.Edit), new MenuItem("vault.devices", OfflineDesk.Devices, CasesRights.Read)],
        Jobs = [ReferralClock.Often, ErasureSteps.Job, WatchDevices.Job],
        Register = static services =>
        {
            services.AddSingleton<PersonNames>();
            services.AddSingleton<CaseDesk>();
            services.AddSingleton<CaseGuards>();
            services.AddSingleton<SealedRecords>();
            services.AddSingleton<ReadTrail>();
            services.AddSingleton<SeenBy>();
            services.AddSingleton<PersonKeys>();
            services.AddSingleton<PersonFiles>();
            services.AddSingleton<RegisterPerson>();
            services.AddSingleton<EditPerson>();
            services.AddSingleton<ShowPerson>();
            services.AddSingleton<FindPersons>();
            services.AddSingleton<HouseholdFiles>();
            services.AddSingleton<KeepHouseholds>();
            services.AddSingleton<CaseFiles>();
            services.AddSingleton<CaseAdmission>();
            services.AddSingleton<OpenCase>();
            services.AddSingleton<ShowCase>();
            services.AddSingleton<ChangeCase>();
            services.AddSingleton<MoveCase>();
            services.AddSingleton<AssignCase>();
            services.AddSingleton<LinkCases>();
            services.AddSingleton<Worklist>();
            services.AddSingleton(static all => new PersonConsents { Source = (connection, person) => all.GetRequiredService<KeptConsents>().AllAsync(connection, person, CancellationToken.None) });
            services.AddSingleton<ReferralFiles>();
            services.AddSingleton<ReferralQuestions>();
            services.AddSingleton<DraftReferral>();
            services.AddSingleton<MoveReferral>();
            services.AddSingleton<ReferralLinks>();
            services.AddSingleton<AnswerReferral>();
            services.AddSingleton<ListReferrals>();
            services.AddSingleton<ReferralClock>();
            services.AddSingleton<SharedCases>();
            services.AddSingleton<ErasureSteps>();
            services.AddSingleton<ErasePerson>();
            services.AddSingleton<KeptPersons>();
            services.AddSingleton<RetentionRun>();
            services.AddSingleton<WriteExport>();
            services.AddSingleton<IExportedRecords, ExportedConsents>();
            services.AddSingleton<IExportedRecords, ExportedScreenings>();
            services.AddSingleton<IExportedRecords, ExportedReferrals>();
            services.AddSingleton<IExportedRecords, ExportedConflicts>();
            services.AddSingleton<ExportPerson>();
            services.AddSingleton(static all => new PersonsAtConsole(
                all.GetRequiredService<NodeDb>(), all.GetRequiredService<ErasureSteps>(), all.GetRequiredService<RetentionRun>(), all.GetRequiredService<ExportPerson>(), all.GetRequiredService<TextCatalog>()));
            services.AddSingleton<KeptConsents>();
            services.AddSingleton<RecordConsent>();
            services.AddSingleton<ListConsents>();
            services.AddSingleton<WithdrawConsent>();
            services.AddSingleton<RecordScreening>();
            services.AddSingleton<ShowScreening>();
            services.AddSingleton<ConsentDesk>();
            services.AddSingleton<ScreenDesk>();
            services.AddSingleton<KeptDevices>();
            services.AddSingleton<EnrolDevice>();
            services.AddSingleton<StandingOfDevice>();
            services.AddSingleton<WatchDevices>();
            services.AddSingleton<WipeDevice>();
            services.AddSingleton<FetchCases>();
            services.AddSingleton<DeviceChanges>();
            services.AddSingleton<MergeChanges>();
            services.AddSingleton<ReceiveChanges>();
            services.AddSingleton<ShowConflicts>();
        },
        Map = static routes =>
        {
            CasesDesk.Map(routes);
            CaseSteps.Map(routes);
            RegisterPerson.Map(routes);
            FindPersons.Map(routes);
            ShowPerson.Map(routes);
            EditPerson.Map(routes);
            SeenBy.Map(routes);
            KeepHouseholds.Map(routes);
            OpenCase.Map(routes);
            Worklist.Map(routes);
            ShowCase.Map(routes);
            ChangeCase.Map(routes);
            MoveCase.Map(routes);
            AssignCase.Map(routes);
            LinkCases.Map(routes);
            DraftReferral.Map(routes);
            MoveReferral.Map(routes);
            ReferralLinks.Map(routes);
            AnswerReferral.Map(routes);
            ListReferrals.Map(routes);
            OpenReferralLink.Map(routes);
            ReferralDesk.Map(routes);
            ErasePerson.Map(routes);
            ExportPerson.Map(routes);
            RecordConsent.Map(routes);
            ListConsents.Map(routes);
            WithdrawConsent.Map(routes);
            ListInstruments.Map(routes);
            RecordScreening.Map(routes);
            ShowScreening.Map(routes);
            ConsentDesk.Map(routes);
            ScreenDesk.Map(routes);
            EnrolDevice.Map(routes);
            StandingOfDevice.Map(routes);
            WipeDevice.Map(routes);
            FetchCases.Map(routes);
            ReceiveChanges.Map(routes);
            ShowConflicts.Map(routes);
            OfflineDesk.Map(routes);
        },
    };
}
