namespace Tambo.Platform.Access.Users;

/// <summary>
/// On whose behalf the identity framework writes in this request, since its own calls cannot say it; whoever uses the
/// framework to change a user states this first.
/// </summary>
internal sealed class Acting
{
    /// <summary>Who acts.</summary>
    public Actor Actor { get; private set; } = Actor.Anonymous;

    /// <summary>What the audit says is done.</summary>
    public string Change { get; private set; } = "access.user_changed";

    /// <summary>States who does what from here on.</summary>
    public void As(Actor actor, string change) => (Actor, Change) = (actor, change);
}
