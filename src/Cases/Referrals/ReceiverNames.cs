using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Languages;

namespace Tambo.Cases.Referrals;

/// <summary>What a service of a referral is called for somebody: one that is not shown to everybody is named to those alone who may know of it.</summary>
internal static class ReceiverNames
{
    /// <summary>The name; null when there is none for this reader.</summary>
    /// <param name="moment">The directory.</param>
    /// <param name="service">The service.</param>
    /// <param name="reader">Who reads; null for what leaves the node, which names what everybody is shown.</param>
    public static string? Find(DirectoryMoment moment, Guid service, Actor? reader)
    {
        ServiceDirectory known = reader?.May("guide.confidential") == true ? moment.Staff : moment.Public;
        return known.Service(service)?.Name;
    }

    /// <summary>True when there is such a service, and not for this reader.</summary>
    public static bool IsHidden(DirectoryMoment moment, Guid service, Actor? reader) => Find(moment, service, reader) is null && moment.Staff.Service(service) is not null;

    /// <summary>The name, or words for one that may not be named or is not there.</summary>
    public static string Of(DirectoryMoment moment, Guid service, Actor? reader, Texts texts) =>
        Find(moment, service, reader) ?? texts[IsHidden(moment, service, reader) ? "referral.service.confidential" : "shell.unknown"];
}
