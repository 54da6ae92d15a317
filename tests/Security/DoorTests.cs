using System.Globalization;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;

namespace Tambo.Tests.Security;

/// <summary>SEC-1: every route of the running node, called by everybody, in every method: who passes stands in <see cref="Doors"/>.</summary>
public sealed class DoorTests
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    [Fact]
    public async Task Every_route_has_its_row_and_states_the_access_that_the_row_says()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);

        var rows = Doors.All.Select(door => $"{door.Method} {door.Pattern} {door.Needs}").ToHashSet(StringComparer.Ordinal);
        var routes = Doors.Of(node).Select(route => $"{route.Method} {route.Pattern} {route.Needs}").ToHashSet(StringComparer.Ordinal);
        Assert.True(rows.SetEquals(routes), $"Without a row: {string.Join("; ", routes.Except(rows))}\nWithout a route: {string.Join("; ", rows.Except(routes))}");
    }

    [Fact]
    public async Task Everybody_who_knocks_at_any_door_in_any_way_gets_the_answer_of_the_table()
    {
        var time = new SettableTime(TownNode.Morning);
        await using var node = await TestNode.StartAsync(Engine.Sqlite, time);
        var addresses = Doors.All.GroupBy(door => door.Address, StringComparer.Ordinal).ToList();
        var wrong = new List<string>();
        var calls = 0;
        foreach (var caller in await Caller.AllAsync(node, time))
        {
            // A network address of its own for each sixty doors: more calls than it may make at once are not what is asked here.
            foreach (var some in addresses.Chunk(60))
            {
                using var reader = new Reader(node);
                foreach (var (door, method) in some.SelectMany(door => Methods.Select(method => (door, method))))
                {
                    using var empty = method is "POST" or "PUT" or "PATCH" ? new FormUrlEncodedContent([]) : null;
                    var answer = await reader.AskAsync(new HttpMethod(method), door.Key, empty, caller.Headers);
                    var expected = door.FirstOrDefault(d => d.Method == (method == "HEAD" ? "GET" : method))?.Expected(caller) ?? 405;
                    calls++;
                    if ((int)answer.Status != expected)
                        wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{caller.Name}: {method} {door.Key} is {(int)answer.Status}, not {expected}"));
                    if (method == "HEAD" && answer.Body.Length > 0)
                        wrong.Add($"{caller.Name}: HEAD {door.Key} has a body");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.True(calls >= 3000, $"{calls} calls");
    }
}
