using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Register;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Disclosure;

/// <summary>What is closed to many readers is asked at once, with as many questions as for one, and is what each of them is told alone.</summary>
public sealed class ManyReadersTests
{
    [Theory]
    [OnEachEngine]
    public async Task Many_readers_are_told_what_each_of_them_is_told_alone(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine, prepare: settings => settings with { File = settings.File with { Country = "PA" } });
        var town = await ViewsTown.FillAsync(office, new Random(20260722));
        var (closed, cases) = (office.Node.Services.GetRequiredService<ClosedToReader>(), office.Node.Services.GetRequiredService<CaseFiles>());
        await using var connection = await office.Node.Db.ReadAsync(CancellationToken.None);
        var scopes = Enumerable.Range(0, 60).Select(seed => CaseScope.For(town.Somebody(new Random(seed)))).ToList();
        // Files that were merged among them, and nobody twice.
        var persons = (await connection.QueryAsync<Guid>("select id from cases_persons order by id")).ToList();
        var many = await closed.OfAsync(connection, scopes, persons, CancellationToken.None);
        Assert.Equal(scopes.Count, many.Count);
        var (all, some, none) = (0, 0, 0);
        foreach (var (scope, told) in scopes.Zip(many))
        {
            var alone = await closed.OfAsync(connection, scope, persons, CancellationToken.None);
            Assert.Equal(persons.Order(), told.Keys.Order());
            foreach (var person in persons)
            {
                Assert.Equal(alone[person].Order(StringComparer.Ordinal), told[person].Order(StringComparer.Ordinal));
                _ = told[person].Count == 0 ? none++ : told[person].Count == Compartments.All.Count ? all++ : some++;
            }
        }

        Assert.True(all > 300 && some > 300 && none > 300, $"{all} shut, {some} in part, {none} open");
        // Of one case.
        var (seen, unseen) = (0, 0);
        foreach (var row in (await connection.QueryAsync<CaseRow>("select * from cases_cases order by id limit 50")).ToList())
        {
            var by = await cases.SeenByAsync(connection, scopes, row, CancellationToken.None);
            foreach (var (scope, found) in scopes.Zip(by))
            {
                var alone = (await cases.SeenAsync(connection, scope, [row], CancellationToken.None)).SingleOrDefault();
                Assert.Equal((alone is null, alone?.Home), (found is null, found?.Home));
                Assert.Equal(alone?.Open, found?.Open);
                Assert.Equal(alone?.Shut.Order(StringComparer.Ordinal), found?.Shut.Order(StringComparer.Ordinal));
                _ = found is null ? unseen++ : seen++;
            }
        }

        Assert.True(seen > 100 && unseen > 100, $"{seen} seen, {unseen} not");
        // Of a merged file consents are read by themselves, however many readers there are.
        var single = (await connection.QueryAsync<Guid>("select id from cases_persons where merged_into is null and id not in (select merged_into from cases_persons where merged_into is not null)")).ToList();
        Assert.Equal(await AskedAsync(scopes[..1]), await AskedAsync(scopes));

        // Of the same persons; the first one asks facts, as some of the others do.
        async Task<int> AskedAsync(List<CaseScope> readers)
        {
            List<CaseScope> asking = [.. scopes.Where(scope => scope.IsConsular).Take(1), .. readers];
            await using var counting = new CountingConnection(connection);
            await closed.OfAsync(counting, asking, single, CancellationToken.None);
            return counting.Asked;
        }
    }

    /// <summary>Counts the questions that are asked through a connection.</summary>
    private sealed class CountingConnection(DbConnection inner) : DbConnection
    {
        public int Asked { get; private set; }

        [AllowNull]
        public override string ConnectionString
        {
            get => inner.ConnectionString;
            set => inner.ConnectionString = value;
        }

        public override string Database => inner.Database;

        public override string DataSource => inner.DataSource;

        public override string ServerVersion => inner.ServerVersion;

        public override ConnectionState State => inner.State;

        public override void ChangeDatabase(string databaseName) => inner.ChangeDatabase(databaseName);

        public override void Close()
        {
        }

        public override void Open() => inner.Open();

        protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => inner.BeginTransaction(isolationLevel);

        protected override DbCommand CreateDbCommand()
        {
            Asked++;
            return inner.CreateCommand();
        }
    }
}
