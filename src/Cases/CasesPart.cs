using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Access;
using Tambo.Cases.Attachments;
using Tambo.Cases.Consent;
using Tambo.Cases.Deidentified;
using Tambo.Cases.Desk;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Erasing;
using Tambo.Cases.Exporting;
using Tambo.Cases.Households;
using Tambo.Cases.Persons;
using Tambo.Cases.Questions;
using Tambo.Cases.Reading;
using Tambo.Cases.Referrals;
using Tambo.Cases.Register;
using Tambo.Cases.Retention;
using Tambo.Cases.Screening;
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
        Problems = [.. CasesProblems.All, .. AttachmentProblems.All, .. TracingProblems.All, .. ConsentProblems.All, .. ReferralProblems.All, .. ErasingProblems.All, .. DeidentifiedProblems.All, .. QuestionProblems.All],
        Permissions = CasesRights.All,
        Menu = [new MenuItem("cases.menu", CasesDesk.Root, CasesRights.Read), new MenuItem("cases.register", CasesDesk.Persons + "/new", CasesRights.Register), new MenuItem("referral.board", ReferralDesk.Board, CasesRights.Refer), new MenuItem("questions.forms", QuestionDesk.Forms, CasesRights.Forms)],
        Jobs = [ReferralClock.Often, ErasureSteps.Job, SoughtPersons.Often],
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
            services.AddSingleton<FactsOfPersons>();
            services.AddSingleton<TracedPersons>();
            services.AddSingleton<ChoosePublication>();
            services.AddSingleton(static all => TracingConsents.Of(all.GetRequiredService<TracedPersons>()));
            services.AddSingleton(static all => new ExportTraced(
                all.GetRequiredService<NodeDb>(), all.GetRequiredService<DataKeys>(), all.GetRequiredService<NodeSettings>(), all.GetRequiredService<FactsOfPersons>(),
                all.GetRequiredService<TracedPersons>(), all.GetRequiredService<ReadTrail>()));
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
            services.AddSingleton(static all => new BringForm(all.GetRequiredService<NodeDb>()));
            services.AddSingleton<KeptFormAnswers>();
            services.AddSingleton<AnswerForm>();
            services.AddSingleton<QuestionDesk>();
            services.AddSingleton<IExportedRecords, ExportedAnswers>();
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
            ChoosePublication.Map(routes);
            ExportTraced.Map(routes);
            ImportSought.Map(routes);
            ListSought.Map(routes);
            ExportDeidentified.Map(routes);
            BringForm.Map(routes);
            AnswerForm.Map(routes);
            QuestionDesk.Map(routes);
        },
    };
}
