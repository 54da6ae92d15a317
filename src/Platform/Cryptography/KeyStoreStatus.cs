using Dapper;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Cryptography;

/// <summary>How the store of data keys stands; figures only, nothing of a key.</summary>
/// <param name="IsThere">False while no subject has had a key yet.</param>
/// <param name="Keys">Keys there are.</param>
/// <param name="Erased">Subjects whose keys were destroyed.</param>
/// <param name="WrappingSince">Since when the wrapping key that seals has been in use.</param>
/// <param name="IsRotating">True while keys are sealed anew, or when that was cut short.</param>
/// <param name="ToSeal">Keys that are still sealed by the wrapping key that retires.</param>
public sealed record KeyStoreStatus(bool IsThere, long Keys, long Erased, string WrappingSince, bool IsRotating, long ToSeal)
{
    private static readonly KeyStoreStatus None = new(false, 0, 0, "", false, 0);

    /// <summary>Asks the store; nothing is made by asking.</summary>
    /// <exception cref="Problem">It cannot be reached.</exception>
    public static async Task<KeyStoreStatus> ReadAsync(DataKeys keys, CancellationToken cancellationToken) =>
        !await keys.Store.IsThereAsync(cancellationToken) ? None : await keys.Store.ReadAsync(
            async connection =>
            {
                var (count, erased, since, retiring, left) = await connection.QuerySingleAsync<(long, long, string, long, long)>(
                    """
                    select (select count(*) from platform_subject_keys where wrapping <> @Destroyed) as present,
                        (select count(*) from platform_erased_subjects) as erased,
                        coalesce((select max(made_at) from platform_wrapping_keys where state = 'current'), '') as since,
                        (select count(*) from platform_wrapping_keys where state = 'retiring') as retiring,
                        (select count(*) from platform_subject_keys k join platform_wrapping_keys w on w.id = k.wrapping where w.state = 'retiring') as toseal
                    """,
                    new { KeyDatabase.Destroyed });
                return new KeyStoreStatus(true, count, erased, since, retiring > 0, left);
            },
            None,
            cancellationToken);
}
