using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;

namespace Tambo.Cases.Questions;

/// <summary>A version of a form as it is kept.</summary>
/// <param name="Id">Its key.</param>
/// <param name="Agency">Whose persons are asked; null for everybody's.</param>
/// <param name="Number">Which version it is, from 1.</param>
/// <param name="State">asked, replaced, retired.</param>
/// <param name="BroughtAt">Since when it is there.</param>
/// <param name="Form">What it asks.</param>
internal sealed record KeptForm(Guid Id, Guid? Agency, int Number, string State, DateTimeOffset BroughtAt, QuestionForm Form)
{
    public const string Asked = "asked";
    public const string Replaced = "replaced";
    public const string Retired = "retired";
}

/// <summary>Reads the forms that are kept.</summary>
internal static class KeptForms
{
    private const string Columns = "select id, agency_id, number, state, brought_at, content from cases_forms ";

    /// <summary>How a form is kept.</summary>
    public static string Written(QuestionForm form) => JsonSerializer.Serialize(form, CaseJson.Options);

    /// <summary>All versions, the newest of each form first.</summary>
    public static async Task<IReadOnlyList<KeptForm>> AllAsync(DbConnection connection) =>
        [.. (await connection.QueryAsync<FormRow>(Columns + "order by form, agency_id, number desc")).Select(row => row.Kept)];

    /// <summary>Those that persons of an agency are asked now.</summary>
    public static async Task<IReadOnlyList<KeptForm>> AskedAsync(DbConnection connection, Guid? agency) =>
        [.. (await connection.QueryAsync<FormRow>(Columns + "where state = 'asked' and (agency_id is null or agency_id = @agency) order by form, id", new { agency })).Select(row => row.Kept)];

    /// <summary>A version; null when there is none.</summary>
    public static async Task<KeptForm?> FindAsync(DbConnection connection, Guid id) =>
        (await connection.QuerySingleOrDefaultAsync<FormRow>(Columns + "where id = @id", new { id }))?.Kept;

    /// <summary>The versions of a form of an agency, the newest first.</summary>
    public static async Task<IReadOnlyList<KeptForm>> OfAsync(DbConnection connection, string form, Guid? agency) =>
        [.. (await connection.QueryAsync<FormRow>(Columns + "where form = @form and coalesce(agency_id, '') = @Agency order by number desc", new { form, Agency = agency?.ToString("D") ?? "" })).Select(row => row.Kept)];

    private sealed record FormRow
    {
        public Guid Id { get; init; }

        public Guid? AgencyId { get; init; }

        public int Number { get; init; }

        public string State { get; init; } = "";

        public DateTimeOffset BroughtAt { get; init; }

        public string Content { get; init; } = "{}";

        public KeptForm Kept => new(Id, AgencyId, Number, State, BroughtAt, JsonSerializer.Deserialize<QuestionForm>(Content, CaseJson.Options)!);
    }
}
