using System.Runtime.InteropServices;
using Cohort.Federation;
using Cohort.Model.Files;

namespace Cohort.Seed.Ledger;

/// <summary>
/// Models in the ledger's database, where every seed finds them. A model lies in pieces, so that neither side ever holds one
/// as a single value; its bytes are those of a model file, and have its hash.
/// </summary>
/// <remarks>
/// <see cref="Save"/> and <see cref="Delete"/> throw <see cref="LedgerTakenOverException"/> once another seed writes.
/// </remarks>
public sealed class PostgresModelStore : IModelStore
{
    /// <summary>After a model's hash: the name of what its server's optimiser remembers.</summary>
    private const string StateSuffix = ".server";

    private readonly PostgresSession _session;

    internal PostgresModelStore(PostgresSession session) => _session = session;

    public string Name => _session.Name;

    public IStudentMemoryStore Memories => new PostgresMemories(_session);

    /// <inheritdoc/>
    /// <exception cref="LedgerTakenOverException">Another seed writes this ledger.</exception>
    public ModelHash Save(ModelFile model, ServerState? state = null)
    {
        var header = model.Header();
        var hash = ModelHash.Of(header, MemoryMarshal.AsBytes<float>(model.Parameters));
        try
        {
            if (model.ServerState is not null)
            {
                var bytes = ServerStateFile.Write(state ?? throw new ArgumentNullException(nameof(state)));
                _session.Write(sql => PostgresPieces.Insert(sql, StateOf(hash), [], bytes));
            }

            _session.Write(sql => PostgresPieces.Insert(
                sql, hash.ToString(), header, MemoryMarshal.AsBytes<float>(model.Parameters).ToArray()));
            return hash;
        }
        catch (LedgerException e) when (e is not LedgerTakenOverException)
        {
            throw new StorageException($"model {hash.Short} cannot be stored: {e.Message}", e);
        }
    }

    public ModelFile Load(ModelHash hash)
    {
        var source = $"{_session.Name}: model {hash}";
        var bytes = Asking(hash, sql => PostgresPieces.Read(sql, hash.ToString()))
            ?? throw Absent(hash);
        return ModelHash.Of(bytes) is var found && found == hash
            ? ModelFile.Parse(bytes, source)
            : throw new ModelFileException($"{source}: it was changed or damaged: the SHA-256 of its bytes is {found}; restore " +
                "it from a copy, or delete it.");
    }

    public ServerState LoadState(ModelFile model, Choice<IServerOptimizer> optimizer)
    {
        var hash = model.Hash;
        var source = $"{_session.Name}: server state of model {hash}";
        return model.ServerState is { } expected && Asking(hash, sql => PostgresPieces.Read(sql, StateOf(hash))) is { } bytes
            ? ServerStateFile.Read(bytes, expected, optimizer, source)
            : throw new ModelFileException($"{source}: there is none; start the run anew with --fresh.");
    }

    public Stream OpenRead(ModelHash hash)
    {
        var header = Asking(hash, sql => sql.First(
            """
            SELECT models.length, LENGTH(model_pieces.bytes) FROM models
            JOIN model_pieces ON model_pieces.hash = models.hash AND model_pieces.piece = 0
            WHERE models.hash = @hash
            """,
            row => new { Whole = row.GetInt32(0), First = row.GetInt32(1) },
            ("@hash", hash.ToString()))) ?? throw Absent(hash);
        return new PieceStream(header.Whole, header.First, PostgresPieces.PieceBytes, piece => Piece(hash, piece) ?? throw Absent(hash));
    }

    public bool Contains(ModelHash hash) => Asking(hash, sql => PostgresPieces.Contains(sql, hash.ToString()));

    public IReadOnlyList<ModelHash> List() =>
        [.. _session.Read(sql => sql.Query("SELECT hash FROM models WHERE LENGTH(hash) = @length ORDER BY hash", row => row.GetString(0), ("@length", ModelHash.TextLength)))
            .Where(name => ModelHash.TryParse(name, out _)).Select(ModelHash.Parse)];

    public void Delete(ModelHash hash) =>
        _session.Write(sql => sql.Execute(
            "DELETE FROM models WHERE hash = @hash OR hash = @state", ("@hash", hash.ToString()), ("@state", StateOf(hash))));

    private static string StateOf(ModelHash model) => model + StateSuffix;

    private byte[]? Piece(ModelHash hash, int piece) => Asking(hash, sql => sql.First(
        "SELECT bytes FROM model_pieces WHERE hash = @hash AND piece = @piece",
        row => row.GetFieldValue<byte[]>(0),
        ("@hash", hash.ToString()), ("@piece", piece)));

    private ModelFileException Absent(ModelHash hash) =>
        new($"{_session.Name}: model {hash}: there is no such model; pbm model list shows those there are.");

    private T Asking<T>(ModelHash hash, Func<Statements, T> ask)
    {
        try
        {
            return _session.Read(ask);
        }
        catch (LedgerException e)
        {
            throw new ModelFileException($"model {hash.Short} cannot be read: {e.Message}", e);
        }
    }
}
