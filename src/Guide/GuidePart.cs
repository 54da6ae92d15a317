using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Cards;
using Tambo.Guide.Directory;
using Tambo.Guide.Feedback;
using Tambo.Guide.Finding;
using Tambo.Guide.Hsds;
using Tambo.Guide.Imports;
using Tambo.Guide.NeedsSeen;
using Tambo.Guide.Notices;
using Tambo.Guide.Offline;
using Tambo.Guide.OpenData;
using Tambo.Guide.Pages;
using Tambo.Guide.Reviews;
using Tambo.Guide.Screens;
using Tambo.Guide.Sheets;
using Tambo.Guide.Sms;
using Tambo.Platform.Blobs;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Guide.Staff;
using Tambo.Guide.Subscriptions;
using Tambo.Guide.Translating;
using Tambo.Platform.Parts;
using Tambo.Platform.Settings;
using Tambo.Platform.Shell;

namespace Tambo.Guide;

/// <summary>The services directory, its open interface and its public pages.</summary>
public static class GuidePart
{
    /// <summary>What this part hands over to the node.</summary>
    public static Part Part { get; } = new()
    {
        Name = "guide",
        Assembly = typeof(GuidePart).Assembly,
        Problems = GuideProblems.All,
        Permissions = ["guide.edit", "guide.import", "guide.confidential", GuideScope.Hearing, Inbox.Sensitive.Permission, ReadNeeds.Right],
        DataRoots = ["/hsds", OpenDataApi.Root, PackAddresses.Root],
        PublicMenu = [new MenuLink("menu.services", "services"), new MenuLink("menu.cards", "cards"), new MenuLink("menu.emergency", "emergency")],
        OfflinePages = ["", "services", "cards", "emergency", "about", "data", "contact", "offline", "offline/find", "offline/feedback"],
        Menu =
        [
            new MenuItem("edit.services", StaffAnswers.Root, GuideScope.Edit),
            new MenuItem("edit.organizations", EditOrganization.Root, GuideScope.Edit),
            new MenuItem("notice.menu", WriteNotice.Root, GuideScope.Edit),
            new MenuItem("review.menu", ShowFreshness.Root, GuideScope.Edit),
            new MenuItem("translating.menu", ShowDesk.Root, GuideScope.Edit),
            new MenuItem("imports.menu", RunImport.Root, RunImport.Right),
            new MenuItem("subscriptions.menu", EditSubscriptions.Root, GuideScope.Importing),
            new MenuItem("feedback.menu", Inbox.Ordinary.Root, Inbox.Ordinary.Permission),
            new MenuItem("feedback.protection.menu", Inbox.Sensitive.Root, Inbox.Sensitive.Permission),
            new MenuItem("needs.menu", ReadNeeds.Root, ReadNeeds.Right),
        ],
        Jobs = [FeedbackRetention.Daily, NoteChanges.Job, ForgetChanges.Daily, PullDirectories.Job, AskOwners.Hourly, ForgetMails.Daily],
        HomeFigures = static async (context, cancellationToken) =>
            [.. await LookUpServices.FiguresAsync(context, cancellationToken), .. await ShowFreshness.FiguresAsync(context, cancellationToken), .. await ShowDesk.FiguresAsync(context, cancellationToken), .. await ReadInbox.FiguresAsync(context, cancellationToken)],
        // Of messages as such: whoever saw which ones are read where could tell which are of harm.
        GuardedAudit = [new GuardedAudit("guide.feedback.", Inbox.Sensitive.Permission)],
        Checks = static async (db, settings, cancellationToken) =>
            [.. await DirectoryChecks.RunAsync(db, settings, cancellationToken), await FeedbackChecks.RunAsync(db, cancellationToken)],
        Register = static services =>
        {
            services.AddSingleton<LiveDirectory>();
            services.AddSingleton<ImportServices>();
            services.AddSingleton<ExportServices>();
            services.AddSingleton<LiveOffers>();
            services.AddSingleton<LiveNotices>();
            services.AddSingleton<PublishedFiles>();
            services.AddSingleton(PullDirectories.Of);
            services.AddSingleton<ListServices>();
            services.AddSingleton<ListPoints>();
            services.AddSingleton<ShowService>();
            services.AddSingleton(provider => CardDeck.Load(Path.Combine(provider.GetRequiredService<NodeSettings>().Folder, "cards")));
            services.AddSingleton<ShowCards>();
            services.AddSingleton<PrintSheet>();
            services.AddSingleton<ShowPoster>();
            services.AddSingleton<ShowScreen>();
            services.AddSingleton<PackShelf>();
            services.AddKeyedSingleton(PackAddresses.Purpose, static (provider, _) => new SigningKey(provider.GetRequiredService<NodeKey>(), PackAddresses.Purpose));
            services.AddSingleton<DirectoryDesk>();
            services.AddSingleton<ImportDesk>();
            services.AddSingleton<ImportWorks>();
            services.AddSingleton(ExportTranslations.Of);
            services.AddSingleton(ImportTranslations.Of);
            services.AddSingleton<InterfaceTexts>();
            services.AddSingleton<ReviewSeals>();
            services.AddSingleton<ReviewDesk>();
            services.AddSingleton<ReviewLinks>();
            services.AddSingleton<AskOwners>();
            services.AddSingleton<FeedbackSeals>();
            services.AddSingleton<FeedbackRoom>();
            services.AddSingleton<FeedbackBox>();
            services.AddSingleton<FeedbackDesk>();
            services.AddSingleton<FeedbackLimits>();
            services.AddSingleton<FeedbackRetention>();
            services.AddSingleton<ReadFigures>();
            services.AddSingleton<CountNeeds>();
        },
        Map = static routes =>
        {
            PublicPages.Map(routes);
            PackAddresses.Map(routes);
            HsdsApi.Map(routes);
            OpenDataApi.Map(routes);
            EditSubscriptions.Map(routes);
            ImportApi.Map(routes);
            TextService.Map(routes);
            GuideStaff.Map(routes);
            GiveFeedback.MapApi(routes);
            ReadFigures.Map(routes);
            FreshnessFigures.Map(routes);
            ShowFreshness.Map(routes);
            SetReviewContact.Map(routes);
            WriteNotice.Map(routes);
            ReadInbox.Map(routes);
            HandleFeedback.Map(routes);
            ReadNeeds.Map(routes);
        },
    };
}
