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
    private const int PieceBytes = 1 << 20;

    /// <summary>After a model's hash: the name of what its server's optimiser remembers.</summary>
    private const string StateSuffix = ".server";

    private readonly PostgresSession _session;

    internal PostgresModelStore(PostgresSession session) => _session = session;

    public string Name => _session.Name;

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
                _session.Write(sql => Insert(sql, StateOf(hash), [], bytes));
            }

            _session.Write(sql => Insert(sql, hash.ToString(), header, model.Parameters));
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
        var bytes = Asking(hash, sql => Read(sql, hash.ToString()))
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
        return model.ServerState is { } expected && Asking(hash, sql => Read(sql, StateOf(hash))) is { } bytes
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
        return new PieceStream(header.Whole, header.First, PieceBytes, piece => Piece(hash, piece) ?? throw Absent(hash));
    }

    public bool Contains(ModelHash hash) => Asking(hash, sql =>
        sql.Number("SELECT COUNT(*) FROM models WHERE hash = @hash", ("@hash", hash.ToString()))) == 1;

    public IReadOnlyList<ModelHash> List() =>
        _session.Read(sql => sql.Query("SELECT hash FROM models WHERE hash NOT LIKE '%' || @state ORDER BY hash", row => ModelHash.Parse(row.GetString(0)), ("@state", StateSuffix)));

    public void Delete(ModelHash hash) =>
        _session.Write(sql => sql.Execute(
            "DELETE FROM models WHERE hash = @hash OR hash = @state", ("@hash", hash.ToString()), ("@state", StateOf(hash))));

    private static string StateOf(ModelHash model) => model + StateSuffix;

    private static bool Insert<T>(Statements sql, string hash, byte[] header, T[] numbers)
        where T : unmanaged
    {
        var values = MemoryMarshal.AsBytes<T>(numbers);
        var isNew = sql.Execute(
            "INSERT INTO models (hash, length) VALUES (@hash, @length) ON CONFLICT DO NOTHING",
            ("@hash", hash), ("@length", checked(header.Length + values.Length))) == 1;
        if (!isNew)
            return false;
        InsertPiece(sql, hash, 0, header);
        for (var piece = 1; !values.IsEmpty; piece++)
        {
            var length = Math.Min(values.Length, PieceBytes);
            InsertPiece(sql, hash, piece, values[..length].ToArray());
            values = values[length..];
        }
        return true;
    }

    private static void InsertPiece(Statements sql, string hash, int piece, byte[] bytes) => sql.Execute(
        "INSERT INTO model_pieces (hash, piece, bytes) VALUES (@hash, @piece, @bytes)",
        ("@hash", hash), ("@piece", piece), ("@bytes", bytes));

    // One statement, so that a model which somebody deletes meanwhile is there whole or not at all.
    private static byte[]? Read(Statements sql, string hash)
    {
        byte[]? bytes = null;
        var end = 0;
        sql.ForEach(
            """
            SELECT models.length, model_pieces.bytes FROM models JOIN model_pieces ON model_pieces.hash = models.hash
            WHERE models.hash = @hash ORDER BY model_pieces.piece
            """,
            row =>
            {
                bytes ??= new byte[row.GetInt32(0)];
                end += (int)row.GetBytes(1, 0, bytes, end, bytes.Length - end);
            },
            ("@hash", hash));
        return bytes;
    }

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
