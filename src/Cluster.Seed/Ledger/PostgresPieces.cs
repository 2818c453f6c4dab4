namespace Cohort.Seed.Ledger;

/// <summary>Long values by name, in pieces, so that neither side ever holds one as a single value: the tables of models.</summary>
internal static class PostgresPieces
{
    /// <summary>Bytes of every piece but the first and the last.</summary>
    public const int PieceBytes = 1 << 20;

    /// <summary>Puts it there, unless one of this name is there already.</summary>
    /// <param name="sql">In a transaction.</param>
    /// <param name="name">Its name.</param>
    /// <param name="header">Piece 0.</param>
    /// <param name="bodies">What follows, one after the other.</param>
    public static bool Insert(Statements sql, string name, byte[] header, params IEnumerable<ReadOnlyMemory<byte>> bodies)
    {
        var all = bodies.ToList();
        var isNew = sql.Execute(
            "INSERT INTO models (hash, length) VALUES (@hash, @length) ON CONFLICT DO NOTHING",
            ("@hash", name), ("@length", checked(header.Length + all.Sum(body => body.Length)))) == 1;
        if (!isNew)
            return false;
        InsertPiece(sql, name, 0, header);
        var (next, piece, filled) = (1, new byte[PieceBytes], 0);
        foreach (var body in all)
        {
            for (var rest = body; !rest.IsEmpty;)
            {
                var length = Math.Min(rest.Length, PieceBytes - filled);
                rest[..length].CopyTo(piece.AsMemory(filled));
                (rest, filled) = (rest[length..], filled + length);
                if (filled == PieceBytes)
                {
                    InsertPiece(sql, name, next++, piece);
                    filled = 0;
                }
            }
        }
        if (filled > 0)
            InsertPiece(sql, name, next, piece[..filled]);
        return true;
    }

    public static void Delete(Statements sql, string name) => sql.Execute("DELETE FROM models WHERE hash = @hash", ("@hash", name));

    public static bool Contains(Statements sql, string name) =>
        sql.Number("SELECT COUNT(*) FROM models WHERE hash = @hash", ("@hash", name)) == 1;

    /// <returns>All of it; null if there is none of this name.</returns>
    // One statement, so that a model which somebody deletes meanwhile is there whole or not at all.
    public static byte[]? Read(Statements sql, string name)
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
            ("@hash", name));
        return bytes;
    }

    private static void InsertPiece(Statements sql, string name, int piece, byte[] bytes) => sql.Execute(
        "INSERT INTO model_pieces (hash, piece, bytes) VALUES (@hash, @piece, @bytes)",
        ("@hash", name), ("@piece", piece), ("@bytes", bytes));
}
