using Tambo.Guide.Directory;
using Tambo.Guide.Pages;
using Tambo.Platform.Languages;
using Tambo.Platform.Sending;

namespace Tambo.Guide.Reviews;

/// <summary>The mail that asks: short, in plain text, with the names of the services that everybody can read, and one link.</summary>
internal sealed record ReviewMail
{
    /// <summary>To whom.</summary>
    public required Recipient To { get; init; }

    /// <summary>The address of the node.</summary>
    public required string Node { get; init; }

    /// <summary>The name of the node.</summary>
    public required string NodeName { get; init; }

    /// <summary>The secret of the link.</summary>
    public required string Secret { get; init; }

    /// <summary>Until when the link is good.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>The services that readers see.</summary>
    public required IReadOnlyList<Service> Named { get; init; }

    /// <summary>How many more there are that only staff may see; nothing else is said of them.</summary>
    public int Hidden { get; init; }

    /// <summary>How many wait for a later mail.</summary>
    public int Left { get; init; }

    /// <summary>True when something was asked before.</summary>
    public bool Again { get; init; }

    public OutgoingMail In(Texts texts)
    {
        var lines = new List<string> { texts["review.mail.hello"], "" };
        if (Named.Count > 0)
        {
            lines.Add(texts.Format("review.mail.lead", ("node", NodeName)));
            if (Again)
                lines.Add(texts["review.mail.again"]);
            lines.Add("");
            lines.AddRange(Named.Select(service => "- " + Words.Of(service, "name", service.Name, texts).Text.ReplaceLineEndings(" ")));
            if (Left > 0)
                lines.Add(texts.Count("review.mail.left", Left));
            lines.AddRange(["", texts["review.mail.link"], $"{Node}/{texts.Code}/confirm/{Secret}", "", texts.Format("review.mail.until", ("date", ShowService.Date(Until, texts)))]);
        }

        if (Hidden > 0)
            lines.AddRange([.. Named.Count > 0 ? new[] { "" } : [], texts.Count("review.mail.hidden", Hidden)]);
        if (To.IsStaff)
            lines.AddRange(["", texts["review.mail.sign_in"], $"{Node}/staff/guide/services?show=due"]);
        if (Named.Count > 0)
            lines.AddRange(["", texts["review.mail.not_mine"], $"{Node}/{texts.Code}/confirm/{Secret}#not-mine"]);
        lines.AddRange(["", texts["review.mail.machine"]]);
        return new OutgoingMail(To.Address, texts.Format("review.mail.subject", ("node", NodeName)), string.Join('\n', lines) + "\n") { Language = texts.Code };
    }
}
