using System.Data.Common;

namespace Cohort.Seed.Ledger;

/// <summary>
/// SQL on one connection, each text's command made once. By hand and not by an object mapper: those compile code at their first
/// use, which costs a short run more than all its rounds' rows.
/// </summary>
internal sealed class Statements(DbConnection connection) : IDisposable
{
    private readonly Dictionary<string, DbCommand> _commands = new(StringComparer.Ordinal);

    /// <returns>Rows changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> values) =>
        Bind(sql, values).ExecuteNonQuery();

    /// <returns>All rows.</returns>
    public List<T> Query<T>(string sql, Func<DbDataReader, T> row, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var rows = new List<T>();
        ForEach(sql, each => rows.Add(row(each)), values);
        return rows;
    }

    /// <summary>Row by row, so that only one is in memory.</summary>
    public void ForEach(string sql, Action<DbDataReader> row, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        while (reader.Read())
            row(reader);
    }

    /// <returns>The first row, or null where there is none.</returns>
    public T? First<T>(string sql, Func<DbDataReader, T> row, params ReadOnlySpan<(string Name, object? Value)> values)
        where T : class
    {
        using var reader = Bind(sql, values).ExecuteReader();
        return reader.Read() ? row(reader) : null;
    }

    /// <returns>The first column of the first row, which must be there.</returns>
    public long Number(string sql, params ReadOnlySpan<(string Name, object? Value)> values) =>
        Convert.ToInt64(Bind(sql, values).ExecuteScalar() ?? throw new FormatException($"nothing answers \"{sql}\""));

    public void Dispose()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
    }

    private DbCommand Bind(string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            _commands.Add(sql, command);
        }
        command.Parameters.Clear();
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value ?? DBNull.Value);
            command.Parameters.Add(parameter);
        }
        return command;
    }
}
