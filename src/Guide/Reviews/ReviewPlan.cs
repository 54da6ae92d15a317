using Tambo.Guide.Directory;

namespace Tambo.Guide.Reviews;

/// <summary>Somebody who is asked whether services are still right.</summary>
/// <param name="Hash">By which the address is known.</param>
/// <param name="Address">The mail address.</param>
/// <param name="Language">In which they are written to.</param>
/// <param name="IsStaff">True for staff of the node, who can also sign in.</param>
internal sealed record Recipient(string Hash, string Address, string Language, bool IsStaff)
{
    public override string ToString() => "•••";
}

/// <summary>A service that is due, and somebody who is to be asked.</summary>
internal sealed record DueReview(Recipient To, Service Service);

/// <summary>A question that a mail asked.</summary>
internal sealed record AskedReview
{
    public Guid MailId { get; init; }

    public string AddressHash { get; init; } = "";

    public Guid ServiceId { get; init; }

    public int Round { get; init; }

    public DateTimeOffset SentAt { get; init; }

    public string Answer { get; init; } = "";
}

/// <summary>A mail to be sent.</summary>
/// <param name="To">To whom.</param>
/// <param name="Round">Which mail to this address it is, from 1.</param>
/// <param name="Services">About what, the longest overdue first.</param>
/// <param name="Left">How many wait for a later mail.</param>
/// <param name="Again">True when something was asked before and not answered.</param>
internal sealed record PlannedMail(Recipient To, int Round, IReadOnlyList<Service> Services, int Left, bool Again);

/// <summary>How often is asked.</summary>
/// <param name="Reminder">Between two questions about the same service.</param>
internal sealed record ReviewRules(TimeSpan Reminder)
{
    /// <summary>Between two mails to one address.</summary>
    public static TimeSpan BetweenMails { get; } = TimeSpan.FromDays(7);

    /// <summary>The first question and two reminders.</summary>
    public const int MostAsked = 3;

    /// <summary>Services in one mail: what somebody can look through in one sitting.</summary>
    public const int MostInMail = 40;
}

/// <summary>
/// Decides who is written to now about which services, and where nobody answered. Whatever the clock does, an address is
/// written to once at a time and then not for a week: the time between two moments counts in either direction. Pure.
/// </summary>
internal sealed record ReviewPlan(IReadOnlyList<PlannedMail> Mails, IReadOnlyList<(Guid Service, Guid Mail)> Unanswered)
{
    public static ReviewPlan Of(IEnumerable<DueReview> due, IEnumerable<AskedReview> asked, ReviewRules rules, DateTimeOffset now)
    {
        var known = asked.ToList();
        var last = known.GroupBy(question => question.AddressHash, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.MaxBy(question => question.Round)!, StringComparer.Ordinal);
        var before = known.ToLookup(question => (question.AddressHash, question.ServiceId));
        var (mails, unanswered) = (new List<PlannedMail>(), new List<(Guid, Guid)>());
        foreach (var group in due.GroupBy(review => review.To.Hash, StringComparer.Ordinal))
        {
            var (wanted, again) = (new List<Service>(), false);
            foreach (var service in group.Select(review => review.Service).DistinctBy(service => service.Id).OrderBy(service => service.ReviewDue ?? DateOnly.MinValue).ThenBy(service => service.Id))
            {
                var since = Since(before[(group.Key, service.Id)], service);
                if (since.Any(question => question.Answer.Length > 0) || (since.Count > 0 && Apart(since[^1].SentAt, now) < rules.Reminder))
                    continue;
                if (since.Count >= ReviewRules.MostAsked)
                {
                    unanswered.Add((service.Id, since[^1].MailId));
                    continue;
                }

                again |= since.Count > 0;
                wanted.Add(service);
            }

            if (wanted.Count == 0 || (last.TryGetValue(group.Key, out var mail) && Apart(mail.SentAt, now) < ReviewRules.BetweenMails))
                continue;
            mails.Add(new PlannedMail(
                group.First().To, (mail?.Round ?? 0) + 1, [.. wanted.Take(ReviewRules.MostInMail)], Math.Max(0, wanted.Count - ReviewRules.MostInMail), again));
        }

        return new ReviewPlan(mails, unanswered);
    }

    // What was asked before the service was last confirmed has been answered, by whomever.
    private static List<AskedReview> Since(IEnumerable<AskedReview> asked, Service service) =>
        [.. asked.Where(question => service.ConfirmedAt is not { } confirmed || question.SentAt > confirmed).OrderBy(question => question.Round)];

    private static TimeSpan Apart(DateTimeOffset one, DateTimeOffset other) => (one - other).Duration();
}
