using Tambo.Guide.Directory;

namespace Tambo.Guide.Finding;

/// <summary>
/// The offers that requests read while newer ones are made. A reader takes <see cref="GetAsync"/> once and keeps it for
/// the whole request.
/// </summary>
internal sealed class LiveOffers(LiveDirectory directory, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim making = new(1, 1);
    private volatile Offers current = Offers.None;

    /// <summary>The offers with every change that was committed before the call.</summary>
    public async ValueTask<Offers> GetAsync(CancellationToken cancellationToken)
    {
        var wanted = (await directory.GetAsync(cancellationToken)).Public;
        if (IsRight(current, wanted))
            return current;
        await making.WaitAsync(cancellationToken);
        try
        {
            if (!IsRight(current, wanted))
                current = await Task.Run(() => Offers.Of(wanted, time.GetUtcNow()), cancellationToken);
            return current;
        }
        finally
        {
            making.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => making.Dispose();

    private bool IsRight(Offers offers, PublicDirectory wanted) =>
        ReferenceEquals(offers.Directory, wanted) && offers.Covers(time.GetUtcNow());
}
