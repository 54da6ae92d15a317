using Tambo.Platform.Database;

namespace Tambo.Cases.Erasing;

/// <summary>A way by which somebody outside was given something of a person: they are told when the person is erased (GDPR art. 19).</summary>
internal interface IHearsOfErasing
{
    /// <summary>Reads who is to be told, as long as it can be read; what comes back tells them inside the change that decides the erasure.</summary>
    Task<Func<Change, DateTimeOffset, Task>> ReadAsync(IReadOnlyList<Guid> persons, CancellationToken cancellationToken);
}
