using Tambo.Cases.Access;
using Tambo.Cases.Desk;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Family;
using Tambo.Cases.Plan;
using Tambo.Cases.Register;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Referrals;

/// <summary>A step that may be taken, with the reasons of which one is needed.</summary>
public sealed record PossibleStep(string Act, string Title, IReadOnlyList<Choice> Reasons);

/// <summary>A notice to a recipient, in words.</summary>
public sealed record NoticeLine(string Address, string Service, string Code, string Standing, string When, string State, string EraseBy);

/// <summary>How the person gets to a service, as the page asks it.</summary>
public sealed record ArrangedView
{
    /// <summary>True while it may be changed.</summary>
    public bool MayChange { get; init; }

    public bool Warm { get; init; }

    public string Along { get; init; } = "";

    public string Note { get; init; } = "";

    public string Name { get; init; } = "";

    public string Role { get; init; } = "";

    public string Phone { get; init; } = "";

    public bool IsPublic { get; init; }

    /// <summary>Who may go along.</summary>
    public IReadOnlyList<Choice> Companions { get; init; } = [];

    public override string ToString() => "•••";
}

/// <summary>What the page of a referral shows.</summary>
public sealed record ReferralView
{
    public required string Address { get; init; }

    public required string Case { get; init; }

    public required string Service { get; init; }

    public required string Kind { get; init; }

    public required string State { get; init; }

    public required string StateName { get; init; }

    public required string Urgency { get; init; }

    public string Late { get; init; } = "";

    public required int Version { get; init; }

    public IReadOnlyList<(string Name, string Value)> Facts { get; init; } = [];

    /// <summary>What the service sees before it accepts; empty when nothing may be shown.</summary>
    public IReadOnlyList<(string Name, string Value)> Preview { get; init; } = [];

    /// <summary>What it is given afterwards.</summary>
    public IReadOnlyList<(string Name, string Value)> Fields { get; init; } = [];

    /// <summary>Why nothing can be offered or handed over now; empty when something can.</summary>
    public string Stopped { get; init; } = "";

    /// <summary>True when a link that was given out can still be used.</summary>
    public bool HasLink { get; init; }

    /// <summary>True when an agency of this node answers in its list.</summary>
    public bool HasAccounts { get; init; }

    /// <summary>True when a link can be mailed.</summary>
    public bool HasMail { get; init; }

    public IReadOnlyList<PossibleStep> Steps { get; init; } = [];

    /// <summary>Where the next service is asked; empty when this one has not ended without an answer.</summary>
    public string Next { get; init; } = "";

    public IReadOnlyList<(string At, string What, string Who)> History { get; init; } = [];

    public IReadOnlyList<NoticeLine> Notices { get; init; } = [];

    /// <summary>How the person gets there, as the form shows it.</summary>
    public ArrangedView Arranged { get; init; } = new();

    /// <summary>Bases other than consent that can be called upon for it; none where it rests on a consent, or waits for nobody.</summary>
    public IReadOnlyList<Choice> Bases { get; init; } = [];

    /// <summary>Where a second person decides about the basis; empty for those who do not.</summary>
    public string Review { get; init; } = "";

    /// <summary>Reasons for which a supervisor may call for an answer now; none for others, and where nothing waits.</summary>
    public IReadOnlyList<Choice> Calling { get; init; } = [];

    /// <summary>A link that was just made, which is shown this once; empty otherwise.</summary>
    public string Link { get; init; } = "";

    /// <summary>Until when it works, or what was done, in words.</summary>
    public string Said { get; init; } = "";

    /// <summary>The page on which anybody says how the service was; empty when it has none.</summary>
    public string Feedback { get; init; } = "";

    public override string ToString() => "•••";
}

/// <summary>Puts together what the page of a referral shows to those who refer.</summary>
internal sealed class ShowReferral(NodeDb db, CaseFiles cases, ReferralQuestions questions, ReferralNotices notices, ReferralMail mail, LiveDirectory directory, FamilyUnity unity, NodeVocabulary vocabulary)
{
    private static readonly string[] WithReason = ["withdraw", "complete", "not_served"];

    /// <summary>The page of a referral whose reading is on the disk.</summary>
    public async Task<ReferralView> RunAsync(StoredReferral stored, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        var (now, referral) = (db.Time.GetUtcNow(), stored.Referral);
        var moment = await directory.GetAsync(cancellationToken);
        var name = ReceiverNames.Of(moment, stored.Content.Service, actor, texts);
        ReferralQuestion? question = null;
        Problem? changed = null;
        IReadOnlyList<NoticeRow> told;
        IReadOnlyList<string> open;
        bool hasLink, mayGoOn, supervises, approves;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            try
            {
                question = await questions.AskAsync(connection, stored, now, cancellationToken);
            }
            catch (Problem other) when (other.Kind == ReferralProblems.ReceiverChanged)
            {
                changed = other;
            }

            told = await notices.OfAsync(connection, [stored.Row.Id]);
            mayGoOn = referral.State is not (ReferralStates.Offered or ReferralStates.Accepted) || await unity.MayGoOnAsync(connection, stored.Row.CaseId, stored.Row.Id);
            hasLink = await ReferralLinks.AnyAsync(connection, stored.Row.Id, now);
            var scope = CaseScope.For(actor);
            var seen = await cases.FindAsync(connection, scope, stored.Row.CaseId);
            open = seen?.Open ?? [];
            (supervises, approves) = (seen is not null && scope.May(CasesRights.Supervise, seen.Row.Place), seen is not null && scope.May(CasesRights.Approve, seen.Row.Place));
        }

        var runs = referral.State is ReferralStates.Draft or ReferralStates.Offered or ReferralStates.Accepted;
        var (preview, refused) = !runs ? (null, null) : question is null ? (null, changed ?? ReferralProblems.NothingAgreed.With())
            : ReferralPreview.Decide(question.Referral, question.Asked, question.Facts, ReferralRules.Shipped);
        if (runs && stored.Content is { Consent: null, Basis.State: ReferralBasis.Asked })
            refused = ReferralProblems.BasisWaits.With();
        if (refused is null && !mayGoOn)
            refused = PlanProblems.FamilySplit.With(("case", stored.Row.CaseId.ToString("D")));
        return new ReferralView
        {
            Address = ReferralDesk.AddressOf(stored.Row.Id),
            Case = $"{CasesDesk.Root}/{stored.Row.CaseId:D}",
            Service = name,
            Kind = texts["referral.kind." + stored.Content.Kind],
            State = referral.State,
            StateName = texts["referral.state." + referral.State],
            Urgency = referral.Urgency,
            Late = referral.LateAt(now) is { } late ? texts["referral.late." + late] : "",
            Version = stored.Row.Version,
            Facts = Facts(stored, question, now, texts),
            Preview = preview is null ? [] : ReferralWords.Of(preview, texts),
            Fields = !runs || question is null ? [] : Fields(question, open, texts),
            Stopped = refused?.Detail(texts) ?? "",
            HasLink = hasLink,
            HasAccounts = stored.Content.ToAgency is not null,
            HasMail = referral.State == ReferralStates.Offered && await mail.AddressAsync(stored, cancellationToken) is not null,
            Steps = [.. Steps(referral).Select(act => new PossibleStep(act, texts["referral.act." + act], WithReason.Contains(act) ? ReferralWords.Reasons(act, By(act), texts) : []))],
            Next = referral.State is ReferralStates.Declined or ReferralStates.Expired ? $"{ReferDesk.AddressOf(stored.Row.CaseId)}?after={stored.Row.Id:D}" : "",
            History = [.. referral.Steps.Select(step => (
                DeskViews.At(step.At, texts),
                string.Join(" · ", new[] { step.Reason.Length > 0 ? $"{texts["referral.act." + step.Act]}: {texts["referral.reason." + step.Reason]}" : texts["referral.act." + step.Act], step.Note }.OfType<string>()),
                texts["referral.by." + step.By]))],
            Notices = [.. told.Select(one => Of(one, name, now, texts))],
            Arranged = Of(stored, texts),
            Bases = RecordBasis.MayCallUpon(stored, now) ? [.. vocabulary.Read.Select(basis => new Choice(basis.Code, texts["disclosure.basis." + basis.Code]))] : [],
            Review = approves && stored.Content.Basis is { Waits: true } ? BasisDesk.AddressOf(stored.Row.Id) : "",
            Calling = supervises && referral is { State: ReferralStates.Offered, Urgency: "emergency" } && now < referral.AnswerBy && referral.Steps.All(step => step.Act != EscalateReferral.Act)
                ? ReferralWords.Reasons(EscalateReferral.Act, ReferralMoves.Referrer, texts) : [],
            Feedback = ReferralStates.Ended.Contains(referral.State) && moment.Public.Service(stored.Content.Service) is { } service ? $"/{texts.Code}/feedback?about=services/{service.Id:D}" : "",
        };
    }

    // How the person gets there; the words of colleagues, which no service is given.
    private static ArrangedView Of(StoredReferral stored, Texts texts)
    {
        var (said, focal) = (stored.Content.Arrangements ?? new Arrangements(), stored.Content.Arrangements?.FocalPoint ?? new FocalPoint());
        return new ArrangedView
        {
            MayChange = !ReferralStates.Ended.Contains(stored.Row.State),
            Warm = said.WarmHandover,
            Along = said.Along,
            Note = said.AlongNote,
            Name = focal.Name,
            Role = focal.Role,
            Phone = focal.Phone,
            IsPublic = focal.IsPublic,
            Companions = [new Choice("", texts["cases.not_said"]), .. Arrangements.Companions.Select(code => new Choice(code, texts["referral.along." + code]))],
        };
    }

    /// <summary>A notice in words.</summary>
    public static NoticeLine Of(NoticeRow one, string service, DateTimeOffset now, Texts texts) => new(
        $"{ReferralDesk.Board}/notices/{one.Id:D}",
        service,
        one.Code,
        texts[one.State switch
        {
            NoticeRow.Acknowledged => "referral.notice.acknowledged",
            NoticeRow.Told => "referral.notice.told." + (one.Mailed ? "mail" : one.InList ? "list" : "by_hand"),
            _ => "referral.notice.to_tell",
        }],
        (one.AcknowledgedAt ?? one.ToldAt) is { } when ? DeskViews.At(when, texts) : "",
        one.State,
        one.AcknowledgedAt is null ? texts.Due(one.EraseBy, now) : DeskViews.At(one.EraseBy, texts));

    /// <summary>Who takes a step that those who refer write down.</summary>
    public static string By(string act) => act is "withdraw" or "escalate" ? ReferralMoves.Referrer : ReferralMoves.Receiver;

    // What the service tells is written down by those who called it; it answers an offer itself.
    private static IEnumerable<string> Steps(Referral referral) => ReferralMoves.All
        .Where(act => act.From.Contains(referral.State)
            && (act.Act is "start" or "complete" or "not_served" or "did_not_attend" or "withdraw" || (act.Act == "escalate" && referral.EscalatedAt is null)))
        .Select(act => act.Act);

    private static List<(string Name, string Value)> Facts(StoredReferral stored, ReferralQuestion? question, DateTimeOffset now, Texts texts)
    {
        var facts = new List<(string Name, string Value)> { (texts["referral.slip.code"], stored.Referral.Code) };
        if (question is not null)
            facts.Add((texts["referral.class.shown"], string.Join(texts.Comma, question.Service.Classes.Select(code => texts["consent.recipient." + code]))));
        if (stored.Content.Basis is { } basis)
        {
            facts.Add((texts["referral.basis"], texts["disclosure.basis." + basis.Code]));
            facts.Add((texts["referral.basis.state"], basis.Until is { } until && basis.State == ReferralBasis.Stands
                ? texts.Format(basis.DecidedBy is null ? "referral.basis.state.now" : "referral.basis.state.stands", ("at", texts.Due(until, now)))
                : texts["referral.basis.state." + basis.State]));
            facts.Add((texts["referral.basis.reason"], basis.Reason));
            if (basis.Note is { Length: > 0 } note)
                facts.Add((texts["referral.basis.note"], note));
        }

        if (stored.Content.Arrangements is { } arranged)
        {
            if (arranged.WarmHandover)
                facts.Add((texts["referral.warm"], texts["cases.answer.yes"]));
            if (arranged.Along.Length > 0)
                facts.Add((texts["referral.along"], string.Join(" · ", new[] { texts["referral.along." + arranged.Along], arranged.AlongNote }.Where(part => part.Length > 0))));
            if (arranged.FocalPoint is { } focal)
                facts.Add((texts["referral.focal"], string.Join(" · ", new[] { focal.Name, focal.Role, focal.Phone }.Where(part => part.Length > 0))));
        }

        if (stored.Row is { State: ReferralStates.Offered, AnswerDueAt: { } answer })
            facts.Add((texts["referral.link.answer_by"], texts.Due(answer, now)));
        if (stored.Row.ContactDueAt is { } contact)
            facts.Add((texts["referral.contact_by"], ReferralDesk.MeetBy(contact, stored.Referral.State, now, texts)));
        if (stored.Content.Note.Length > 0)
            facts.Add((texts["referral.note"], stored.Content.Note));
        if (stored.Content.Receipt is { } receipt)
        {
            facts.Add((texts["referral.receipt"], DeskViews.At(receipt.At, texts)));
            facts.Add((texts["referral.receipt.fields"], string.Join(texts.Comma, receipt.Fields.Select(field => ReferralWords.Name(field, texts)))));
        }

        return facts;
    }

    // Field by field: whether it would be given now, and why; that the file has no such thing, where the reader may know that.
    private static List<(string Name, string Value)> Fields(ReferralQuestion question, IReadOnlyList<string> open, Texts texts) =>
    [
        .. ReferralConsent.Decide(question.Referral, question.Asked, ReferralRules.Shipped).Fields.Select(field => (field, Code: $"{field.Field.Compartment}/{field.Field.Name}")).Select(one => (
            ReferralWords.Name(one.Code, texts),
            !one.field.Allowed ? texts.Format("referral.fields.no", ("why", texts["disclosure.reason." + one.field.Reason]))
            : open.Contains(one.field.Field.Compartment) && !question.Values.ContainsKey(one.Code) ? texts["referral.field.empty"]
            : texts.Format("referral.fields.yes", ("why", texts["disclosure.reason." + one.field.Reason])))),
    ];
}
