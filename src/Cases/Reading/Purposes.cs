using Microsoft.AspNetCore.Http;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Reading;

/// <summary>What somebody reads a person's file for: they say it in a header, or it is what the address is for.</summary>
internal static class Purposes
{
    /// <summary>The header.</summary>
    public const string Header = "Tambo-Purpose";

    public const string Registration = "registration";
    public const string Assistance = "assistance";
    public const string Supervision = "supervision";

    /// <summary>Beyond the reader's rights, in an emergency: the node says it, nobody else.</summary>
    public const string Emergency = "emergency";

    /// <summary>Given to a service on a legal basis other than consent: the node says it, nobody else.</summary>
    public const string LegalBasis = "legal_basis";

    /// <summary>All that are said; their names are the texts <c>purpose.{code}</c>.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Registration, Assistance, "referral", "tracing", Supervision, "data_request", "correction"];

    /// <summary>The purpose of a request.</summary>
    /// <exception cref="Problem">The header names none of the list.</exception>
    public static string Of(HttpContext context, string otherwise) => context.Request.Headers[Header].ToString().Trim() switch
    {
        "" => otherwise,
        var said when All.Contains(said, StringComparer.Ordinal) => said,
        _ => throw CasesProblems.PurposeUnknown.With(("known", string.Join(", ", All))),
    };
}
