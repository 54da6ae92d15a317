namespace Tambo.Platform.Sending;

/// <summary>A message could not be delivered.</summary>
/// <param name="reason">A code; never what a server said, which may name people.</param>
/// <param name="forGood">True when trying again would not help.</param>
internal sealed class DeliveryFailure(string reason, bool forGood) : Exception(reason)
{
    /// <summary>A code.</summary>
    public string Reason => Message;

    /// <summary>True when trying again would not help.</summary>
    public bool ForGood => forGood;
}
