using FsCheck;
using FsCheck.Fluent;
using Tambo.Guide.Directory;
using Tambo.Guide.Reviews;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Reviews;

/// <summary>Who is written to when: a mail a week at most, two reminders, then nobody is bothered any more.</summary>
public sealed class ReviewPlanTests
{
    private static readonly DateTimeOffset Now = SettableTime.Noon;
    private static readonly ReviewRules Rules = new(TimeSpan.FromDays(14));
    private static readonly Recipient Ana = new("a", "ana@example.org", "es", IsStaff: false);
    private static readonly Recipient Bea = new("b", "bea@example.org", "en", IsStaff: true);

    [Fact]
    public void All_that_is_due_for_one_address_is_gathered_in_one_mail_the_longest_overdue_first()
    {
        var (late, later) = (Due(2), Due(40));
        var plan = Plan([new(Ana, late), new(Bea, late), new(Ana, later), new(Ana, late)], []);
        Assert.Equal(2, plan.Mails.Count);
        Assert.Equal([later.Id, late.Id], plan.Mails.Single(mail => mail.To == Ana).Services.Select(service => service.Id));
        Assert.All(plan.Mails, mail => Assert.Equal((1, false), (mail.Round, mail.Again)));
    }

    [Theory]
    [InlineData(1, 6.9, 0)]
    [InlineData(1, 13.9, 0)]
    [InlineData(1, 14, 1)]
    [InlineData(2, 14, 1)]
    [InlineData(3, 14, 0)]
    [InlineData(3, 400, 0)]
    public void Who_does_not_answer_is_reminded_twice(int asked, double daysAgo, int mails)
    {
        var service = Due(200);
        var before = Enumerable.Range(1, asked).Select(round => Asked(Ana, service, round, daysAgo + (20 * (asked - round)))).ToList();
        var plan = Plan([new(Ana, service)], before);
        Assert.Equal(mails, plan.Mails.Count);
        Assert.All(plan.Mails, mail => Assert.Equal((asked + 1, true), (mail.Round, mail.Again)));
        Assert.Equal(asked == 3 ? [(service.Id, before[^1].MailId)] : [], plan.Unanswered);
    }

    [Fact]
    public void What_was_answered_or_confirmed_since_is_not_asked_again_and_counts_anew_the_next_time()
    {
        var service = Due(1);
        Assert.Empty(Plan([new(Ana, service)], [Asked(Ana, service, 1, 30) with { Answer = "wrong" }]).Mails);
        var confirmedSince = service with { ConfirmedAt = Now.AddDays(-20) };
        var mail = Assert.Single(Plan([new(Ana, confirmedSince)], [.. Enumerable.Range(1, 3).Select(round => Asked(Ana, service, round, 100 - round))]).Mails);
        Assert.Equal((4, false), (mail.Round, mail.Again));
    }

    [Fact]
    public void A_mail_names_forty_services_and_says_how_many_wait()
    {
        var mail = Assert.Single(Plan([.. Enumerable.Range(1, 55).Select(day => new DueReview(Ana, Due(day)))], []).Mails);
        Assert.Equal((40, 15), (mail.Services.Count, mail.Left));
    }

    /// <summary>However the clock jumps between runs: never two mails to an address within a week of its clock, and one a run.</summary>
    [Fact]
    public void A_clock_that_jumps_does_not_flood_anybody() => Prop.ForAll(
        ArbMap.Default.ArbFor<int[]>().Filter(jumps => jumps.Length <= 30),
        jumps =>
        {
            var services = Enumerable.Range(1, 3).Select(Due).ToList();
            var asked = new List<AskedReview>();
            var clock = Now;
            DateTimeOffset? last = null;
            foreach (var jump in jumps)
            {
                clock = clock.AddHours(jump % 2000);
                var mails = ReviewPlan.Of(services.Select(service => new DueReview(Ana, service)), asked, Rules, clock).Mails;
                if (mails.Count > 1 || (mails.Count == 1 && last is { } before && (clock - before).Duration() < TimeSpan.FromDays(7)))
                    return false;
                foreach (var mail in mails)
                {
                    last = clock;
                    var id = Guid.CreateVersion7(clock);
                    asked.AddRange(mail.Services.Select(service => new AskedReview { MailId = id, AddressHash = "a", ServiceId = service.Id, Round = mail.Round, SentAt = clock }));
                }
            }

            // The first question and two reminders for each service, whatever happened.
            return asked.CountBy(question => question.ServiceId).All(count => count.Value <= 3);
        }).QuickCheckThrowOnFailure();

    private static ReviewPlan Plan(IEnumerable<DueReview> due, IEnumerable<AskedReview> asked) => ReviewPlan.Of(due, asked, Rules, Now);

    private static Service Due(int days) =>
        new() { Id = Guid.CreateVersion7(Now), Name = "Help", ReviewDue = DateOnly.FromDateTime(Now.UtcDateTime).AddDays(-days), CreatedAt = Now };

    private static AskedReview Asked(Recipient who, Service service, int round, double daysAgo) =>
        new() { MailId = Guid.CreateVersion7(Now), AddressHash = who.Hash, ServiceId = service.Id, Round = round, SentAt = Now.AddDays(-daysAgo) };
}
