using Tambo.Guide.Staff;
using Tambo.Platform.Access;
using Tambo.Platform.Database;

namespace Tambo.Guide.Feedback;

/// <summary>What is asked of an inbox, as the database understands it: no row is read that the person may not see.</summary>
/// <param name="Where">The conditions; about the ordinary tables.</param>
/// <param name="Order">The order of the rows.</param>
/// <param name="Parameters">The values they name.</param>
/// <param name="LooksUnderSeal">True when what is asked for stands in no column of the inbox.</param>
internal sealed record InboxQuery(string Where, string Order, InboxValues Parameters, bool LooksUnderSeal)
{
    private const string Open = "state in ('new', 'in_hand')";

    public string Count => "select count(*) from guide_feedback where " + Where;

    public string Select => FeedbackBox.ReadLine + " where " + Where + Order;

    /// <summary>The query of a filter; null when this person reads nothing of the inbox.</summary>
    public static InboxQuery? Of(Inbox inbox, InboxFilter filter, Actor actor, GuideScope scope, Dialect dialect, DateTimeOffset now)
    {
        if (inbox.IsSensitive && !actor.May(inbox.Permission, new RecordPlace()))
            return null;
        List<string> where =
        [
            filter.State switch
            {
                "all" => "1 = 1",
                "open" => Open,
                "held" => "state = 'spam' and held <> '' and erased_at is null",
                _ => "state = @State",
            },
        ];
        if (filter.Show == "mine")
            where.Add("assigned_to = @Me");
        else if (filter.Show == "late")
            where.Add(Open + " and due_at < @Now");
        var heard = inbox.IsSensitive ? null : scope.HeardServices;
        if (!inbox.IsSensitive)
        {
            if (filter.Kind.Length > 0)
                where.Add("kind = @Kind");
            if (filter.Service.Length > 0)
                where.Add("service_id = @Service");
            if (heard is not null)
                where.Add("service_id" + dialect.IsAmong);
        }

        var values = new InboxValues(filter.State, filter.Kind, filter.Service, actor.AuditName, now, dialect.Among((heard ?? []).Select(id => id.ToString("D"))));
        return new InboxQuery(string.Join(" and ", where), OrderOf(filter.State), values, inbox.IsSensitive && (filter.Kind.Length > 0 || filter.Service.Length > 0));
    }

    private static string OrderOf(string state) => state switch
    {
        "open" or FeedbackStates.New or FeedbackStates.InHand => " order by due_at, received_at desc, id",
        "all" => " order by case when " + Open + " then due_at else '9999' end, received_at desc, id",
        _ => " order by received_at desc, id",
    };
}

/// <summary>The values that an inbox is asked with; those of a page where one is asked for.</summary>
internal sealed record InboxValues(string State, string Kind, string Service, string Me, DateTimeOffset Now, object Among)
{
    public int Limit { get; init; }

    public int Offset { get; init; }
}
