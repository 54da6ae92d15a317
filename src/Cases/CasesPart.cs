using Tambo.Cases.Attachments;
using Tambo.Cases.Tracing;
using Tambo.Platform.Parts;

namespace Tambo.Cases;

/// <summary>Persons and the protection they need: registration with consent, early identification, referral.</summary>
public static class CasesPart
{
    /// <summary>What this part hands over to the node.</summary>
    public static Part Part { get; } = new()
    {
        Name = "cases",
        Assembly = typeof(CasesPart).Assembly,
        Problems = [.. CasesProblems.All, .. AttachmentProblems.All, .. TracingProblems.All],
        Permissions = CasesRights.All,
    };
}
