using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Tambo.Guide.Offline;

namespace Tambo.Tests.Guide.Offline;

/// <summary>Whatever a device has, what the node sends it leads to what the node has.</summary>
public sealed class PackDeltaTests
{
    // Few services, names and streets, so that edits collide: rows that move, change back, come twice, or vanish.
    private static readonly Gen<PackRow> Row =
        from service in Gen.Choose(0, 60)
        from name in Gen.Elements("Albergue", "Clínica \"Luz\"", "Kay \\ fanm", "シェルター", "a\nb", "😀")
        from street in Gen.Choose(0, 3)
        select new PackRow([.. Enumerable.Range(0, PackRow.Fields.Count).Select(field => field switch
        {
            3 => name,
            PackRow.IdField => $"s{service}",
            5 => $"Calle {street}",
            6 or 7 => (object)(service * 100),
            8 => 1,
            _ => "",
        })]);

    private static readonly Gen<Pack> Packs =
        from rows in Gen.ListOf(Row)
        from head in Gen.Elements("{\"holidays\":[]}", "{\"holidays\":[[\"XA\",\"2026-12-25\",\"x\"]]}")
        select new Pack(head, rows);

    [Fact]
    public void Any_pack_with_its_delta_is_any_other_pack() => Prop.ForAll(
        Arb.From(from before in Packs from after in Packs select (before, after)),
        pair => Applied(pair.before, pair.after).Version == pair.after.Version).QuickCheckThrowOnFailure();

    [Fact]
    public void A_pack_and_the_same_pack_differ_in_nothing() => Prop.ForAll(
        Arb.From(Packs),
        pack =>
        {
            using var delta = JsonDocument.Parse(pack.DeltaFor(PackMarks.Of(pack.Head, pack.Rows, PackMarks.GroupsFor(pack.Rows.Count))));
            return delta.RootElement.GetProperty("groups").GetArrayLength() == 0 && !delta.RootElement.TryGetProperty("head", out _);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_long_history_of_edits_is_followed_step_by_step_and_at_one_go() => Prop.ForAll(
        Arb.From(Gen.ListOf(Packs)),
        history =>
        {
            var device = new Pack("{}", []);
            foreach (var version in history)
                device = Applied(device, version);
            var last = history.LastOrDefault() ?? device;
            return device.Version == last.Version && Applied(new Pack("{}", []), last).Version == last.Version;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Columns_give_back_the_rows() => Prop.ForAll(
        Arb.From(Packs),
        pack => RowsOf(JsonDocument.Parse(pack.Whole()).RootElement.GetProperty("columns")).Select(row => row.Json).SequenceEqual(pack.Rows.Select(row => row.Json))).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, false)]
    [InlineData(2, false)]
    [InlineData(33, false)]
    [InlineData(34, true)]
    [InlineData(36, false)]
    [InlineData(8194, true)]
    [InlineData(8195, false)]
    [InlineData(16386, false)]
    public void Only_marks_of_a_head_and_of_a_power_of_two_groups_are_marks(int bytes, bool right) =>
        Assert.Equal(right, PackMarks.CanBeMarks(bytes));

    /// <summary>What a device does, written once more: groups that are named are replaced, all other rows stay.</summary>
    private static Pack Applied(Pack device, Pack node)
    {
        var groups = PackMarks.GroupsFor(device.Rows.Count);
        using var delta = JsonDocument.Parse(node.DeltaFor(PackMarks.Of(device.Head, device.Rows, groups)));
        var replaced = delta.RootElement.GetProperty("groups").EnumerateArray().Select(group => group.GetInt32()).ToHashSet();
        var staying = device.Rows.Where(row => !replaced.Contains(PackMarks.GroupOf(row.Code, groups)));
        var head = delta.RootElement.TryGetProperty("head", out var other) ? other.GetRawText() : device.Head;
        return new Pack(head, staying.Concat(RowsOf(delta.RootElement.GetProperty("columns"))));
    }

    internal static List<PackRow> RowsOf(JsonElement columns)
    {
        var lists = columns.EnumerateArray().Select(ColumnOf).ToList();
        return [.. Enumerable.Range(0, lists[0].Count).Select(row => new PackRow([.. lists.Select(list => list[row])]))];
    }

    private static List<object> ColumnOf(JsonElement column)
    {
        if (column.ValueKind == JsonValueKind.Array)
            return [.. column.EnumerateArray().Select(Value)];
        if (column.TryGetProperty("d", out var different))
        {
            var values = different.EnumerateArray().Select(Value).ToList();
            return [.. column.GetProperty("i").EnumerateArray().Select(place => values[place.GetInt32()])];
        }

        var sum = 0;
        return [.. column.GetProperty("n").EnumerateArray().Select(difference => (object)(sum += difference.GetInt32()))];
    }

    private static object Value(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetInt32() : value.GetString()!;
}
