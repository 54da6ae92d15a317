using Tambo.Platform.Problems;

namespace Tambo.Platform.Sending;

/// <summary>Every way in which sending refuses.</summary>
public static class OutboxProblems
{
    /// <summary>The node has no way to send mail.</summary>
    public static readonly ProblemKind MailNotSetUp = new("mail.not_set_up", 409);

    /// <summary>The person has no mail address, or one that cannot be one.</summary>
    public static readonly ProblemKind AddressUnusable = new("mail.address_unusable", 422);

    /// <summary>The node does not know the address under which others reach it, so a link in a mail could lead elsewhere.</summary>
    public static readonly ProblemKind NoPublicAddress = new("mail.no_public_address", 409);
}
