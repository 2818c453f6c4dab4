using Cohort.Databases;
using Cohort.Federation;
using Cohort.Model.Files;
using Cohort.Seed.Ledger;

namespace Cohort.Seed.Tests.Ledger;

[Collection(OnPostgres.Name)]
public sealed class PostgresModelStoreTests(OnPostgres postgres)
{
    private readonly string _database = postgres.Server.CreateDatabase();

    private PostgresOptions Options => new() { ConnectionString = _database };

    private PostgresLedger Open() => PostgresLedger.Open(Options, TimeProvider.System);

    private static ModelFile Model(int round, int values = 1000) => new()
    {
        Network = "linear",
        Classes = ["a", "b"],
        Tensors = [new TensorLayout("weight", [values])],
        Parameters = [.. Enumerable.Range(0, values).Select(i => (i * 0.25f) - round)],
        Round = round,
    };

    [Theory]
    [InlineData(1)]
    [InlineData(262_144)] // a piece, to the byte
    [InlineData(1_000_001)]
    public void A_model_of_any_length_reads_back_on_another_machine_as_it_was_stored(int values)
    {
        using var here = Open();
        var hash = here.Models.Save(Model(3, values));
        using var there = PostgresLedger.OpenToRead(Options);

        var read = there.Models.Load(hash);

        hash.ShouldBe(Model(3, values).Hash);
        read.Hash.ShouldBe(hash);
        read.Round.ShouldBe(3);
        read.Parameters.AsSpan().SequenceEqual(Model(3, values).Parameters).ShouldBeTrue();
    }

    [Fact]
    public void What_students_remember_is_stored_replaced_read_and_deleted_beside_the_models()
    {
        var large = new byte[(2 << 20) + 3]; // pieces end within students
        new Random(1).NextBytes(large);
        using var ledger = Open();
        var (models, memories) = (ledger.Models, ledger.Models.Memories);
        var hash = models.Save(Model(1));

        memories.Save("fer-1", 3, new Dictionary<int, ReadOnlyMemory<byte>> { [2] = large, [5] = new byte[] { 7 } });
        memories.Load("fer-1", 3, [5, 2]).ShouldSatisfyAllConditions(
            read => read[2].AsSpan().SequenceEqual(large).ShouldBeTrue(),
            read => read[5].ShouldBe([7]));
        memories.Save("fer-1", 3, new Dictionary<int, ReadOnlyMemory<byte>> { [5] = new byte[] { 8, 9 } });
        memories.Load("fer-1", 3, [5])[5].ShouldBe([8, 9]);

        models.List().ShouldBe([hash]);
        memories.Delete("fer-1", 3);
        memories.Contains("fer-1", 3).ShouldBeFalse();
        Should.Throw<ModelFileException>(() => memories.Load("fer-1", 3, [5])).Message.ShouldContain("what students remember of round 3 of fer-1 is not there");
    }

    [Fact]
    public void A_server_s_state_is_stored_listed_and_deleted_with_its_model()
    {
        var adam = new Choice<IServerOptimizer>("fedAdam");
        var state = new ServerState(adam, [[1.5f, -2], [0.25f, float.Epsilon]]);
        var model = Model(1).With(state);
        using var ledger = Open();

        var hash = ledger.Models.Save(model, state);

        ledger.Models.List().ShouldBe([hash]);
        ledger.Models.LoadState(ledger.Models.Load(hash), adam).Moments.ShouldBe(state.Moments);
        Should.Throw<ModelFileException>(() => ledger.Models.LoadState(model, new("fedYogi"))).Message
            .ShouldEndWith("these are the moments of fedAdam, and the plan says fedYogi.");
        ledger.Models.Delete(hash);
        Should.Throw<ModelFileException>(() => ledger.Models.LoadState(model, adam)).Message.ShouldContain("there is none");
    }

    [Fact]
    public void A_model_has_the_hash_and_the_bytes_that_its_file_would_have()
    {
        var folder = Directory.CreateTempSubdirectory("cohort-test-").FullName;
        using var ledger = Open();

        ledger.Models.Save(Model(1)).ShouldBe(new ModelStore(folder).Save(Model(1)));

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_model_s_file_is_read_from_anywhere_in_it()
    {
        var folder = Directory.CreateTempSubdirectory("cohort-test-").FullName;
        var file = new ModelStore(folder);
        var hash = file.Save(Model(1, 600_000));
        var bytes = File.ReadAllBytes(file.PathOf(hash));
        using var ledger = Open();
        ledger.Models.Save(Model(1, 600_000));

        using var stream = ledger.Models.OpenRead(hash);
        using var all = new MemoryStream();
        stream.CopyTo(all);
        stream.Length.ShouldBe(bytes.Length);
        all.ToArray().ShouldBe(bytes);
        foreach (var position in new[] { 0, 7, 1_048_576, bytes.Length - 3 })
        {
            stream.Seek(position, SeekOrigin.Begin);
            var some = new byte[Math.Min(100_000, bytes.Length - position)];
            stream.ReadExactly(some);
            some.AsSpan().SequenceEqual(bytes.AsSpan(position, some.Length)).ShouldBeTrue();
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_model_that_is_not_there_or_is_deleted_while_it_is_read_is_told()
    {
        using var ledger = Open();
        Should.Throw<ModelFileException>(() => ledger.Models.OpenRead(Model(1).Hash)).Message.ShouldContain("there is no such model");
        using var stream = ledger.Models.OpenRead(ledger.Models.Save(Model(1)));
        ledger.Models.Delete(Model(1).Hash);

        Should.Throw<ModelFileException>(() => stream.ReadByte()).Message.ShouldContain("there is no such model");
    }

    [Fact]
    public void Storing_a_model_again_changes_nothing_and_a_deleted_one_is_gone()
    {
        using var ledger = Open();
        var hashes = Enumerable.Range(1, 4).Select(round => ledger.Models.Save(Model(round))).ToList();
        ledger.Models.Save(Model(2)).ShouldBe(hashes[1]);
        ledger.Models.List().ShouldBe(hashes.OrderBy(hash => hash.ToString(), StringComparer.Ordinal));

        ledger.Models.Delete(hashes[1]);
        ledger.Models.Delete(hashes[1]);

        ledger.Models.Contains(hashes[1]).ShouldBeFalse();
        ledger.Models.Contains(hashes[0]).ShouldBeTrue();
        ledger.Models.List().Count.ShouldBe(3);
        Should.Throw<ModelFileException>(() => ledger.Models.Load(hashes[1])).Message.ShouldBe(
            $"{PostgresNames.Of(_database)}: model {hashes[1]}: there is no such model; pbm model list shows those there are.");
        Pieces().ShouldBe(6); // a header and a piece of each that is left
    }

    [Theory]
    [InlineData("UPDATE model_pieces SET bytes = set_byte(bytes, 7, 99) WHERE piece = 1")]
    [InlineData("DELETE FROM model_pieces WHERE piece = 1")]
    [InlineData("UPDATE models SET length = length - 1")]
    public void A_model_that_was_changed_is_refused_with_both_hashes(string damage)
    {
        using var ledger = Open();
        var hash = ledger.Models.Save(Model(1));
        PostgresServer.Execute(_database, damage);

        var message = Should.Throw<ModelFileException>(() => ledger.Models.Load(hash)).Message;

        message.ShouldStartWith($"{PostgresNames.Of(_database)}: model {hash}: it was changed or damaged: the SHA-256 of its " +
            "bytes is ");
        message.ShouldEndWith("; restore it from a copy, or delete it.");
    }

    [Fact]
    public void A_seed_that_was_taken_over_neither_stores_nor_deletes_a_model()
    {
        using var first = Open();
        var hash = first.Models.Save(Model(1));
        using var second = Open();

        Should.Throw<LedgerTakenOverException>(() => first.Models.Delete(hash));
        Should.Throw<LedgerTakenOverException>(() => first.Models.Save(Model(2)));

        second.Models.List().ShouldBe([hash]);
    }

    private long Pieces()
    {
        using var connection = PostgresServer.Open(_database);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM model_pieces";
        return (long)command.ExecuteScalar()!;
    }
}
