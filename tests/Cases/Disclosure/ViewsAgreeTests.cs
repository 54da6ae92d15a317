using Dapper;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Glass;
using Tambo.Cases.Persons;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Disclosure;

/// <summary>
/// What a view shows and what the decision says of it are one thing: whoever is reached by SQL and not shut out is allowed, and nobody
/// else, over random scopes, teams, tokens, compartments, kinds of agencies, merged files, cases, consents and exclusions. An oracle that
/// was written from the sentences says the same once more.
/// </summary>
public sealed class ViewsAgreeTests
{
    [Theory]
    [OnEachEngine]
    public async Task A_view_shows_what_the_decision_allows_and_nothing_else(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine, prepare: settings => settings with { File = settings.File with { Country = "PA" } });
        var town = await ViewsTown.FillAsync(office, new Random(20260714));
        var (files, users, closed, guards) = (Of<PersonFiles>(office), Of<UserReaders>(office), Of<ClosedToReader>(office), Of<CaseGuards>(office));
        await using var connection = await office.Node.Db.ReadAsync(CancellationToken.None);
        var rows = (await connection.QueryAsync<PersonRow>("select * from cases_persons where status = 'active'")).ToList();
        var now = office.Time.GetUtcNow();
        var known = await Of<FactsOfPersons>(office).OfAsync(connection, rows, now, CancellationToken.None);
        AskedField[] fields = [.. Compartments.All.Select(compartment => new AskedField(compartment, compartment))];
        var glass = Of<BrokenGlass>(office);
        var (shown, unreached, shut, broken, tried) = (0, 0, 0, 0, 0);
        foreach (var seed in Gen.Choose(0, int.MaxValue - 1).Sample(160))
        {
            var actor = town.Somebody(new Random(seed));
            var (scope, readers) = (CaseScope.For(actor), await users.OfAsync(actor, CancellationToken.None));
            var closes = await closed.OfAsync(connection, scope, rows.Select(row => row.Id), CancellationToken.None);
            var found = await files.FindAsync(connection, scope, rows.Select(row => row.Id));
            var reached = new Dictionary<string, HashSet<Guid>>();
            foreach (var compartment in Compartments.All)
                reached[compartment] = [.. await connection.QueryAsync<Guid>("select p.id from cases_persons p where p.status = 'active' and " + scope.Persons("p", guards, compartment), scope.Parameters())];
            // What is opened in an emergency is nothing that a view keeps closed whatever rights there are.
            var urgent = actor with { Grants = [.. actor.Grants, new Grant(CasesRights.BreakGlass, Scope.Node)], OnlyPermissions = null };
            var never = tried++ % 8 > 0 ? null : await closed.OfAsync(connection, CaseScope.For(urgent), rows.Select(row => row.Id), CancellationToken.None);
            foreach (var row in never is null ? [] : rows)
            {
                var opens = BrokenGlass.OpenIn(await glass.DecideAsync(connection, new GlassRow { PersonId = row.Id, UserId = actor.UserId!.Value, BeganAt = now, Until = now.AddHours(1) }, row, urgent, now, CancellationToken.None));
                broken += opens.Count;
                Assert.True(!opens.Any(never![row.Id].Contains), $"{seed}: an emergency opens {string.Join(' ', opens.Where(never[row.Id].Contains))} of {row.Id}, which is closed");
            }

            foreach (var row in rows)
            {
                var person = town.Persons.Single(one => one.Id == row.Id);
                var decided = DisclosureDecision.Decide(readers, reader => new DisclosureRequest
                {
                    Person = known[row.Id].Facts,
                    Reader = reader,
                    Route = DisclosureRoute.View,
                    Purpose = "services",
                    Fields = fields,
                    Consents = known[row.Id].Consents,
                    HostCountry = users.Host,
                    Now = now,
                });
                foreach (var compartment in Compartments.All)
                {
                    var sees = reached[compartment].Contains(row.Id) && !closes[row.Id].Contains(compartment);
                    var where = $"{seed}: {compartment} of {town.Persons.IndexOf(person)}, {string.Join(' ', readers.SelectMany(reader => reader.Classes.Append(reader.Country)))}";
                    Assert.True(sees == decided.Allows(compartment), $"{where}: the view says {sees}, the decision {decided.Fields.Single(field => field.Field.Compartment == compartment).Reason}");
                    Assert.True(sees == (found.TryGetValue(row.Id, out var file) && file.Open.Contains(compartment)), $"{where}: the file says {!sees}");
                    Assert.True(sees == town.Shows(actor, person, compartment), $"{where}: the sentences say {!sees}");
                    // Why the trail says that it stays closed is what the decision says.
                    if (!sees && file is not null)
                        Assert.Equal(
                            (where, decided.Fields.Single(field => field.Field.Compartment == compartment).Reason),
                            (where, file.ShownTo(scope).Decided!.Withheld.Single(one => one.Fields.Contains(compartment)).Why));
                    _ = sees ? shown++ : reached[compartment].Contains(row.Id) ? shut++ : unreached++;
                }
            }
        }

        // Each answer was given often, or nothing was tried.
        Assert.True(shown > 2000 && shut > 2000 && unreached > 2000 && broken > 500, $"{broken} in emergencies, {shown} shown, {shut} shut, {unreached} not reached");
    }

    [Theory]
    [OnEachEngine]
    public async Task What_stands_in_lists_and_on_paper_is_what_the_decision_allows_and_what_the_sentences_say(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine, prepare: settings => settings with { File = settings.File with { Country = "PA" } });
        var town = await ViewsTown.FillAsync(office, new Random(20260715));
        var (files, users, closed, printed) = (Of<PersonFiles>(office), Of<UserReaders>(office), Of<ClosedToReader>(office), Of<PrintedDisclosure>(office));
        await using var connection = await office.Node.Db.ReadAsync(CancellationToken.None);
        var rows = (await connection.QueryAsync<PersonRow>("select * from cases_persons where status = 'active'")).ToList();
        var now = office.Time.GetUtcNow();
        var known = await Of<FactsOfPersons>(office).OfAsync(connection, rows, now, CancellationToken.None);
        AskedField[] fields = [.. Compartments.All.Select(compartment => new AskedField(compartment, compartment))];
        var (listed, unlisted, onPaper, byConsent, offPaper) = (0, 0, 0, 0, 0);
        foreach (var seed in Gen.Choose(0, int.MaxValue - 1).Sample(240))
        {
            var actor = town.Somebody(new Random(seed));
            var (scope, readers) = (CaseScope.For(actor), await users.OfAsync(actor, CancellationToken.None));
            var found = await files.FindAsync(connection, scope, rows.Select(row => row.Id));
            var chosen = await closed.ChosenForListsAsync(connection, scope, rows.Select(row => row.Id), CancellationToken.None);
            var answers = await printed.DecideAsync(connection, actor, rows, "services", fields, CancellationToken.None);
            foreach (var row in rows)
            {
                var person = town.Persons.Single(one => one.Id == row.Id);
                var where = $"{seed}: {town.Persons.IndexOf(person)}, {string.Join(' ', readers.SelectMany(reader => reader.Classes.Append(reader.Country)))}";
                var inList = DisclosureDecision.Decide(readers, reader => new DisclosureRequest
                {
                    Person = known[row.Id].Facts,
                    Reader = reader,
                    Route = DisclosureRoute.List,
                    Purpose = "services",
                    Fields = fields,
                    Consents = known[row.Id].Consents,
                    HostCountry = users.Host,
                    Now = now,
                });
                foreach (var compartment in Compartments.All)
                {
                    // A list shows what a view does, and of somebody's orientation what they chose.
                    var lists = found.TryGetValue(row.Id, out var file) && file.Open.Contains(compartment) && (compartment != Compartments.Lgbti || chosen.Contains(row.Id));
                    Assert.True(lists == inList.Allows(compartment), $"{where} {compartment}: the list says {lists}, the decision {inList.Fields.Single(field => field.Field.Compartment == compartment).Reason}");
                    Assert.True(lists == (compartment == Compartments.Lgbti ? town.Lists(actor, person) : town.Shows(actor, person, compartment)), $"{where} {compartment}: of the list the sentences say {!lists}");
                    var decided = answers[row.Id].Fields.Single(field => field.Field.Compartment == compartment);
                    Assert.True(decided.Allowed == town.Prints(actor, person, compartment), $"{where} {compartment}: on paper the decision says {decided.Reason}, the sentences {!decided.Allowed}");
                    _ = compartment != Compartments.Lgbti ? 0 : lists ? listed++ : file?.Open.Contains(compartment) == true ? unlisted++ : 0;
                    _ = !decided.Allowed ? offPaper++ : decided.Reason == "consent" ? byConsent++ : onPaper++;
                }
            }
        }

        // Each answer was given often, or nothing was tried.
        Assert.True(listed > 2 && unlisted > 200 && onPaper > 300 && byConsent > 20 && offPaper > 2000, $"{listed} in lists, {unlisted} in none, {onPaper} on paper by rights, {byConsent} by consent, {offPaper} not");
    }

    private static T Of<T>(CasesOffice office)
        where T : notnull => office.Node.Services.GetRequiredService<T>();
}
