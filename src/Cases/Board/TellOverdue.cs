using System.Globalization;
using Dapper;
using Tambo.Cases.Desk;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;
using Tambo.Platform.Parts;
using Tambo.Platform.Sending;
using Tambo.Platform.Settings;

namespace Tambo.Cases.Board;

/// <summary>
/// Writes to supervisors who chose it that something of their cases is overdue: the references of the cases and where to look, nothing
/// of anybody. Of one thing they hear at most once a day of the node, however many processes run.
/// </summary>
internal sealed class TellOverdue(NodeDb db, OverdueItems items, Outbox outbox, TextCatalog catalog, NodeSettings settings)
{
    /// <summary>References in one mail; the board has the rest.</summary>
    private const int MostLines = 50;

    // What was told is kept for as long as a clock may be set back.
    private const int DaysKept = 7;

    public static Job Often { get; } = new("cases.overdue_mail", TimeSpan.FromMinutes(15), static (services, cancellationToken) =>
        ((TellOverdue)services.GetService(typeof(TellOverdue))!).RunAsync(cancellationToken));

    /// <summary>One run; says how many mails it wrote.</summary>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        if (!outbox.SendsMail || settings.AddressForMail is null)
            return "0";
        HashSet<Guid> chose;
        await using (var connection = await db.ReadAsync(cancellationToken))
            chose = [.. await connection.QueryAsync<Guid>("select user_id from cases_told_staff")];
        if (chose.Count == 0)
            return "0";
        var mails = 0;
        foreach (var reader in (await ReachableStaff.HoldingAsync(db, CasesRights.Supervise, cancellationToken)).Where(reader => reader.Actor.UserId is { } user && chose.Contains(user)))
            mails += await TellAsync(reader, cancellationToken) ? 1 : 0;
        return mails.ToString(CultureInfo.InvariantCulture);
    }

    private async Task<bool> TellAsync(ReachablePerson reader, CancellationToken cancellationToken)
    {
        var (now, user) = (db.Time.GetUtcNow(), reader.Actor.UserId!.Value);
        var (day, old) = (Written(db.Time.DayOf(now)), Written(db.Time.DayOf(now).AddDays(-DaysKept)));
        var late = await items.NotToldAsync(reader.Actor, user, day, now, cancellationToken);
        if (late.Count == 0)
            return false;
        await using var change = await db.BeginAsync(Actor.Job(Often.Name), "cases.overdue.told", $"user:{user:D}", cancellationToken);
        // Who stopped it at this moment is not written to; whoever stops it next waits.
        if (await change.ExecuteAsync("update cases_told_staff set since = since where user_id = @user", new { user }) == 0)
            return false;
        var told = new List<OverdueItem>();
        // In one order, so that two processes never wait for each other.
        foreach (var item in late.OrderBy(item => item.Item.ToString("D"), StringComparer.Ordinal))
        {
            if (await change.ExecuteAsync("insert into cases_told (day, user_id, item) values (@day, @user, @Item) on conflict do nothing", new { day, user, item.Item }) > 0)
                told.Add(item);
        }

        if (told.Count == 0)
            return false;
        await change.ExecuteAsync("delete from cases_told where user_id = @user and day < @old", new { user, old });
        change.Describe(new { items = told.Count });
        await change.SendAsync(Mail(reader, [.. late.Where(told.Contains)]));
        await change.CommitAsync(cancellationToken);
        return true;
    }

    private static string Written(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    // Neither whose, nor what is overdue: a mail is read by whoever passes the screen.
    private SealedMessage Mail(ReachablePerson reader, IReadOnlyList<OverdueItem> told)
    {
        var (texts, address) = (catalog.In(reader.Language), settings.AddressForMail);
        var lines = told.DistinctBy(item => item.Case).Take(MostLines).Select(item => $"{item.Ref}: {address}{CasesDesk.Root}/{item.Case:D}");
        (string, object?)[] values = [("node", settings.File.Name), ("cases", string.Join('\n', lines)), ("board", address + BoardDesk.Board)];
        return outbox.Mail("cases.overdue", new OutgoingMail(reader.Email, texts.Format("cases.overdue_mail.subject", values), texts.Format("cases.overdue_mail.text", values)) { Language = texts.Code });
    }
}
