using System.Data.Common;
using Dapper;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Idempotency;

/// <summary>
/// The reservation under which a request with a key works. It travels with the actor into each change, which moves the
/// reservation on in its own transaction: the work and the knowledge that it was done are one.
/// </summary>
/// <param name="Actor">Whose key it is.</param>
/// <param name="KeyHash">Hash of the key.</param>
/// <param name="Attempt">This attempt among those that were made under the key.</param>
internal sealed record RequestMark(string Actor, string KeyHash, string Attempt)
{
    /// <summary>Says inside a transaction that the request has done something.</summary>
    /// <exception cref="Problem">
    /// The reservation ran out and another attempt took it over: this one must not be kept beside it.
    /// </exception>
    public async Task WriteAsync(DbConnection connection, DbTransaction? transaction)
    {
        var moved = await connection.ExecuteAsync(
            """
            update platform_idempotency_keys set state = case when state = 'begun' then 'worked' else state end
            where actor = @Actor and key_hash = @KeyHash and attempt = @Attempt
            """,
            this,
            transaction);
        if (moved == 0)
            throw PlatformProblems.InProgress.With();
    }
}
