using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Access;
using Tambo.Cases.Attachments;
using Tambo.Cases.Board;
using Tambo.Cases.Consent;
using Tambo.Cases.Deidentified;
using Tambo.Cases.Desk;
using Tambo.Cases.Detention;
using Tambo.Cases.Devices;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Erasing;
using Tambo.Cases.Exporting;
using Tambo.Cases.Family;
using Tambo.Cases.Glass;
using Tambo.Cases.Households;
using Tambo.Cases.Merging;
using Tambo.Cases.Persons;
using Tambo.Cases.Plan;
using Tambo.Cases.Printing;
using Tambo.Cases.Questions;
using Tambo.Cases.Reading;
using Tambo.Cases.Referrals;
using Tambo.Cases.Register;
using Tambo.Cases.Retention;
using Tambo.Cases.Screening;
using Tambo.Cases.Statistics;
using Tambo.Cases.Tracing;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;
using Tambo.Platform.Parts;
using Tambo.Platform.Settings;

namespace Tambo.Cases;

/// <summary>Persons and the protection they need: registration with consent, early identification, referral.</summary>
public static class CasesPart
{
    /// <summary>What this part hands over to the node.</summary>
    public static Part Part { get; } = new()
    {
        Name = "cases",
        Assembly = typeof(CasesPart).Assembly,
        Problems =
        [
            .. CasesProblems.All, .. AttachmentProblems.All, .. TracingProblems.All, .. ConsentProblems.All, .. ReferralProblems.All, .. ErasingProblems.All,
            .. GlassProblems.All, .. MergeProblems.All, .. LiftProblems.All, .. PlanProblems.All, .. ChildProblems.All, .. DeidentifiedProblems.All, .. QuestionProblems.All,
            .. DeviceProblems.All,
        ],
        Permissions = CasesRights.All,
        Menu =
        [
            new MenuItem("cases.menu", CasesDesk.Root, CasesRights.Read),
            new MenuItem("cases.register", CasesDesk.Persons + "/new", CasesRights.Register),
            new MenuItem("vault.title", OfflineDesk.Root, CasesRights.Edit),
            new MenuItem("referral.incoming", IncomingDesk.Root, CasesRights.Refer),
            new MenuItem("referral.board", ReferralDesk.Board, CasesRights.Refer),
            new MenuItem("cases.board", BoardDesk.Board, CasesRights.Supervise),
            new MenuItem("cases.reviews", BoardDesk.Reviews, CasesRights.Approve),
            new MenuItem("cases.erasures", DataDesk.Erasures, CasesRights.Erase),
            new MenuItem("glass.queue", GlassDesk.Root, CasesRights.ReviewGlass),
            new MenuItem("merge.menu", MergeDesk.Root, CasesRights.Merge),
            new MenuItem("cases.statistics", BoardDesk.Figures, CasesRights.Statistics),
            new MenuItem("research.menu", ResearchDesk.Root, CasesRights.Deidentify),
            new MenuItem("htcds.menu", HtcdsDesk.Root, CasesRights.Htcds),
            new MenuItem("questions.forms", QuestionDesk.Forms, CasesRights.Forms),
            new MenuItem("vault.devices", OfflineDesk.Devices, CasesRights.Read),
            new MenuItem("kinds.menu", KindsDesk.Root, SayKinds.Care),
        ],
        Jobs = [ReferralClock.Often, ConsentClock.Often, ErasureSteps.Job, BringFile.Sweep, SoughtPersons.Often, WatchDevices.Job, TellOverdue.Often, OwnersShutOut.Often, OwnersShutOut.Seldom, CaseStatistics.Often],
        HomeFigures = ReviewGlass.FiguresAsync,
        Figures = [CaseIndicators.Source],
        Register = static services =>
        {
            services.AddSingleton<BrokenGlass>();
            services.AddSingleton<GlassJudges>();
            services.AddSingleton<BreakTheGlass>();
            services.AddSingleton<ReviewGlass>();
            services.AddSingleton<MergeFiles>();
            services.AddSingleton<MergeSteps>();
            services.AddSingleton<MergePersons>();
            services.AddSingleton<MergeDesk>();
            services.AddSingleton<ScreeningFiles>();
            services.AddSingleton<WaitingScreenings>();
            services.AddSingleton<DecideScreening>();
            services.AddSingleton<SurroundingsFile>();
            services.AddSingleton<StandingLocks>();
            services.AddSingleton<ReplayScreening>();
            services.AddSingleton<ScreeningsDesk>();
            services.AddSingleton<PersonNames>();
            services.AddSingleton<CaseDesk>();
            services.AddSingleton<CaseGuards>();
            services.AddSingleton<SealedRecords>();
            services.AddSingleton<ReadTrail>();
            services.AddSingleton<SaidDecisions>();
            services.AddSingleton<SeenBy>();
            services.AddSingleton<PersonKeys>();
            services.AddSingleton<AgencyKinds>();
            services.AddSingleton<PartyNames>();
            services.AddSingleton<Receivers>();
            services.AddSingleton<UserReaders>();
            services.AddSingleton<SayKinds>();
            services.AddSingleton<KindsDesk>();
            services.AddSingleton(static all => new KindsAtConsole(all.GetRequiredService<SayKinds>()));
            services.AddSingleton<ClosedToReader>();
            services.AddSingleton<PrintedDisclosure>();
            services.AddSingleton<PrintSheet>();
            services.AddSingleton<PrintSlip>();
            services.AddSingleton<PersonFiles>();
            services.AddSingleton<RegisterPerson>();
            services.AddSingleton<EditPerson>();
            services.AddSingleton<KeepPhoto>();
            services.AddSingleton<PhotoDesk>();
            services.AddSingleton<IdentityDesk>();
            services.AddSingleton<ShowPerson>();
            services.AddSingleton<FindPersons>();
            services.AddSingleton<HouseholdFiles>();
            services.AddSingleton<KeepHouseholds>();
            services.AddSingleton<ChangeHousehold>();
            services.AddSingleton<CaseFiles>();
            services.AddSingleton<CaseAdmission>();
            services.AddSingleton<CaseEntries>();
            services.AddSingleton<KeepTasks>();
            services.AddSingleton<KeepPlan>();
            services.AddSingleton<HoldConference>();
            services.AddSingleton<WriteNotes>();
            services.AddSingleton<KeepSafetyPlan>();
            services.AddSingleton<CaseTimeline>();
            services.AddSingleton<BringFile>();
            services.AddSingleton<GiveFile>();
            services.AddSingleton<NoticeDetention>();
            services.AddSingleton<FamilyUnity>();
            services.AddSingleton<SplitReviews>();
            services.AddSingleton<KeptTransfers>();
            services.AddSingleton<ConsulateWish>();
            services.AddSingleton<TransferPersons>();
            services.AddSingleton<ShowTransfers>();
            services.AddSingleton<TransferDesk>();
            services.AddSingleton<HouseholdMembers>();
            services.AddSingleton<HouseholdDesk>();
            services.AddSingleton<GroupDesk>();
            services.AddSingleton<OverdueItems>();
            services.AddSingleton<TellOverdue>();
            services.AddSingleton<ChooseOverdueMail>();
            services.AddSingleton<SupervisorBoard>();
            services.AddSingleton(static all => new CaseStatistics(all.GetRequiredService<NodeDb>(), all.GetRequiredService<SealedRecords>(), all.GetRequiredService<CaseGuards>(), all.GetRequiredService<NodeSettings>()));
            services.AddSingleton<WritingDesk>();
            services.AddSingleton<PlanDesk>();
            services.AddSingleton<HandlingDesk>();
            services.AddSingleton<GiveDesk>();
            services.AddSingleton<DataDesk>();
            services.AddSingleton<ChangeDesk>();
            services.AddSingleton<ChildDesk>();
            services.AddSingleton<SplitWords>();
            services.AddSingleton<CareDesk>();
            services.AddSingleton<OpenCase>();
            services.AddSingleton<ShowCase>();
            services.AddSingleton<ChangeCase>();
            services.AddSingleton<MoveCase>();
            services.AddSingleton<KeepBestInterests>();
            services.AddSingleton<DeterminedReturn>();
            services.AddSingleton<ApproveCase>();
            services.AddSingleton<AssignCase>();
            services.AddSingleton<OwnersShutOut>();
            services.AddSingleton<LinkCases>();
            services.AddSingleton<Worklist>();
            services.AddSingleton(static all => new PersonConsents { Source = (connection, person) => all.GetRequiredService<KeptConsents>().AllAsync(connection, person, CancellationToken.None) });
            services.AddSingleton<ReferralFiles>();
            services.AddSingleton<ReferralQuestions>();
            services.AddSingleton<DraftReferral>();
            services.AddSingleton<MoveReferral>();
            services.AddSingleton(static all => NodeVocabulary.Of(all.GetRequiredService<NodeSettings>()));
            services.AddSingleton<ArrangeReferral>();
            services.AddSingleton<EscalateReferral>();
            services.AddSingleton<RecordBasis>();
            services.AddSingleton<BasisDesk>();
            services.AddSingleton<ReferralLinks>();
            services.AddSingleton<AnswerReferral>();
            services.AddSingleton<ListReferrals>();
            services.AddSingleton<ReferralClock>();
            services.AddSingleton<ReferralMail>();
            services.AddSingleton<ReferralNotices>();
            services.AddSingleton<ReferralsOnConsent>();
            services.AddSingleton(static all => all.GetRequiredService<ReferralsOnConsent>().Use);
            services.AddSingleton<IncomingReferrals>();
            services.AddSingleton<IncomingDesk>();
            services.AddSingleton<ShowReferral>();
            services.AddSingleton<ReferralSteps>();
            services.AddSingleton<ReferDesk>();
            services.AddSingleton<EndedConsentDesk>();
            services.AddSingleton<SharedCases>();
            services.AddSingleton<IHearsOfErasing, ErasedReferrals>();
            services.AddSingleton<ErasureSteps>();
            services.AddSingleton<ErasePerson>();
            services.AddSingleton<KeptPersons>();
            services.AddSingleton<RetentionRun>();
            services.AddSingleton<WriteExport>();
            services.AddSingleton<IExportedRecords, ExportedConsents>();
            services.AddSingleton<IExportedRecords, ExportedExclusions>();
            services.AddSingleton<IExportedRecords, ExportedScreenings>();
            services.AddSingleton<IExportedRecords, ExportedReferrals>();
            services.AddSingleton<IExportedRecords, ExportedEntries>();
            services.AddSingleton<IExportedRecords, ExportedTransfers>();
            services.AddSingleton<IExportedRecords, ExportedMerges>();
            services.AddSingleton<IExportedRecords, ExportedEmergencies>();
            services.AddSingleton<IExportedRecords, ExportedConflicts>();
            services.AddSingleton<ExportedFamilies>();
            services.AddSingleton<ExportPerson>();
            services.AddSingleton(static all => new PersonsAtConsole(
                all.GetRequiredService<NodeDb>(), all.GetRequiredService<ErasureSteps>(), all.GetRequiredService<RetentionRun>(), all.GetRequiredService<ExportPerson>(), all.GetRequiredService<TextCatalog>()));
            services.AddSingleton<UnreadConsents>();
            services.AddSingleton<KeptConsents>();
            services.AddSingleton<KnownRecipients>();
            services.AddSingleton<LeftToHelp>();
            services.AddSingleton<LiftExclusion>();
            services.AddSingleton<WaitingLifts>();
            services.AddSingleton<ExclusionDesk>();
            services.AddSingleton<RecordConsent>();
            services.AddSingleton<ConsentEvidence>();
            services.AddSingleton<EvidenceDesk>();
            services.AddSingleton<ListConsents>();
            services.AddSingleton<EndConsent>();
            services.AddSingleton<ConsentClock>();
            services.AddSingleton<WithdrawConsent>();
            services.AddSingleton<RecordScreening>();
            services.AddSingleton<ShowScreening>();
            services.AddSingleton<ConsentDesk>();
            services.AddSingleton<ScreenDesk>();
            services.AddSingleton<FactsOfPersons>();
            services.AddSingleton<TracedPersons>();
            services.AddSingleton<ChoosePublication>();
            services.AddSingleton<PublicationDesk>();
            services.AddSingleton(static all => TracingConsents.Of(all.GetRequiredService<TracedPersons>()));
            services.AddSingleton(static all => new ExportTraced(
                all.GetRequiredService<NodeDb>(), all.GetRequiredService<DataKeys>(), all.GetRequiredService<NodeSettings>(), all.GetRequiredService<FactsOfPersons>(),
                all.GetRequiredService<TracedPersons>(), all.GetRequiredService<ReadTrail>(), all.GetRequiredService<Receivers>(), all.GetRequiredService<ClosedToReader>()));
            services.AddSingleton<SoughtPersons>();
            services.AddSingleton<ListSought>();
            services.AddSingleton(static all => new ImportSought(
                all.GetRequiredService<NodeDb>(), all.GetRequiredService<DataKeys>(), all.GetRequiredService<SoughtPersons>(), all.GetRequiredService<TracedPersons>()));
            services.AddSingleton<IExportedRecords, ExportedTracing>();
            services.AddSingleton<Pseudonyms>();
            services.AddSingleton<AnonymitySetting>();
            services.AddSingleton<ConsentingPersons>();
            services.AddSingleton<TraffickingCases>();
            services.AddSingleton<ExportDeidentified>();
            services.AddSingleton(static all => new TraffickingAtConsole(all.GetRequiredService<ExportDeidentified>()));
            services.AddSingleton(static all => new BringForm(all.GetRequiredService<NodeDb>()));
            services.AddSingleton<KeptFormAnswers>();
            services.AddSingleton<AnswerForm>();
            services.AddSingleton<AskAtRegistration>();
            services.AddSingleton<RegisterDesk>();
            services.AddSingleton<QuestionDesk>();
            services.AddSingleton<IExportedRecords, ExportedAnswers>();
            services.AddSingleton<KeptDevices>();
            services.AddSingleton<EnrolDevice>();
            services.AddSingleton<StandingOfDevice>();
            services.AddSingleton<WatchDevices>();
            services.AddSingleton<WipeDevice>();
            services.AddSingleton<FetchCases>();
            services.AddSingleton<KeptServices>();
            services.AddSingleton<ReceiveReferrals>();
            services.AddSingleton<DeviceChanges>();
            services.AddSingleton<MergeChanges>();
            services.AddSingleton<ReceiveChanges>();
            services.AddSingleton<ShowConflicts>();
            services.AddSingleton<DecideConflict>();
        },
        Map = static all =>
        {
            // What cannot be read is said when the node starts, and not to whoever screens somebody.
            _ = all.ServiceProvider.GetRequiredService<SurroundingsFile>().Current;
            _ = all.ServiceProvider.GetRequiredService<NodeVocabulary>();
            var routes = all.LeadingMerged();
            SayKinds.Map(routes);
            KindsDesk.Map(routes);
            BreakTheGlass.Map(routes);
            ReviewGlass.Map(routes);
            GlassDesk.Map(routes);
            MergePersons.Map(routes);
            MergeDesk.Map(routes);
            DecideScreening.Map(routes);
            ReplayScreening.Map(routes);
            ScreeningsDesk.Map(routes);
            CasesDesk.Map(routes);
            RegisterDesk.Map(routes);
            CaseSteps.Map(routes);
            SheetDesk.Map(routes);
            RegisterPerson.Map(routes);
            FindPersons.Map(routes);
            ShowPerson.Map(routes);
            EditPerson.Map(routes);
            KeepPhoto.Map(routes);
            PhotoDesk.Map(routes);
            IdentityDesk.Map(routes);
            SeenBy.Map(routes);
            KeepHouseholds.Map(routes);
            ChangeHousehold.Map(routes);
            OpenCase.Map(routes);
            Worklist.Map(routes);
            ShowCase.Map(routes);
            ChangeCase.Map(routes);
            MoveCase.Map(routes);
            KeepBestInterests.Map(routes);
            ApproveCase.Map(routes);
            AssignCase.Map(routes);
            LinkCases.Map(routes);
            KeepPlan.Map(routes);
            KeepTasks.Map(routes);
            HoldConference.Map(routes);
            WriteNotes.Map(routes);
            KeepSafetyPlan.Map(routes);
            CaseTimeline.Map(routes);
            BringFile.Map(routes);
            GiveFile.Map(routes);
            NoticeDetention.Map(routes);
            SplitReviews.Map(routes);
            TransferPersons.Map(routes);
            ShowTransfers.Map(routes);
            ChooseOverdueMail.Map(routes);
            SupervisorBoard.Map(routes);
            CaseStatistics.Map(routes);
            WritingDesk.Map(routes);
            PlanDesk.Map(routes);
            HandlingDesk.Map(routes);
            GiveDesk.Map(routes);
            DataDesk.Map(routes);
            ChangeDesk.Map(routes);
            ChildDesk.Map(routes);
            CareDesk.Map(routes);
            TransferDesk.Map(routes);
            HouseholdDesk.Map(routes);
            GroupDesk.Map(routes);
            BoardDesk.Map(routes);
            DraftReferral.Map(routes);
            MoveReferral.Map(routes);
            ArrangeReferral.Map(routes);
            EscalateReferral.Map(routes);
            RecordBasis.Map(routes);
            BasisDesk.Map(routes);
            ReferralLinks.Map(routes);
            AnswerReferral.Map(routes);
            ListReferrals.Map(routes);
            OpenReferralLink.Map(routes);
            IncomingReferrals.Map(routes);
            IncomingDesk.Map(routes);
            OpenNoticeLink.Map(routes);
            ReferDesk.Map(routes);
            ReferralSteps.Map(routes);
            EndedConsentDesk.Map(routes);
            ReferralDesk.Map(routes);
            ErasePerson.Map(routes);
            ExportPerson.Map(routes);
            RecordConsent.Map(routes);
            ListConsents.Map(routes);
            ConsentEvidence.Map(routes);
            EvidenceDesk.Map(routes);
            WithdrawConsent.Map(routes);
            ListInstruments.Map(routes);
            RecordScreening.Map(routes);
            ShowScreening.Map(routes);
            ConsentDesk.Map(routes);
            LiftExclusion.Map(routes);
            WaitingLifts.Map(routes);
            ExclusionDesk.Map(routes);
            ScreenDesk.Map(routes);
            ChoosePublication.Map(routes);
            PublicationDesk.Map(routes);
            ExportTraced.Map(routes);
            ImportSought.Map(routes);
            ListSought.Map(routes);
            ExportDeidentified.Map(routes);
            ResearchDesk.Map(routes);
            HtcdsDesk.Map(routes);
            BringForm.Map(routes);
            AnswerForm.Map(routes);
            QuestionDesk.Map(routes);
            EnrolDevice.Map(routes);
            StandingOfDevice.Map(routes);
            WipeDevice.Map(routes);
            FetchCases.Map(routes);
            ReceiveChanges.Map(routes);
            ShowConflicts.Map(routes);
            ConflictDesk.Map(routes);
            OfflineDesk.Map(routes);
        },
    };
}
