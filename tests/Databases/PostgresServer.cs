using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Cohort.Databases;

/// <summary>
/// A PostgreSQL server of a test's own: an ordinary process on loopback with its own folder, port and password. It ends with
/// <see cref="Dispose"/>, and also when the process that started it dies.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    private const string User = "cohort";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Becomes the server. A child of it reads until its input ends, which it does when we end, and then ends the server at once.
    private const string UntilInputEnds = "exec 3<&0; (read -r _ <&3; kill -QUIT $$) & exec \"$@\" </dev/null";

    private readonly string _folder = Directory.CreateTempSubdirectory("cohort-postgres-").FullName;
    private readonly string _password = Guid.NewGuid().ToString("N");
    private readonly bool _durable;
    private Process? _server;
    private int _databases;

    private PostgresServer(bool durable)
    {
        _durable = durable;
        Port = FreePort();
    }

    public int Port { get; }

    /// <summary>What the server has said.</summary>
    public string LogFile => Path.Combine(_folder, "log");

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Makes a server and waits until it answers.</summary>
    /// <param name="durable">False where nothing depends on what a power failure would leave; starts and writes faster.</param>
    /// <exception cref="InvalidOperationException">PostgreSQL is not installed, or does not start.</exception>
    public static PostgresServer Start(bool durable = false)
    {
        var server = new PostgresServer(durable);
        try
        {
            server.Initialise();
            server.Restart();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>A new empty database.</summary>
    /// <returns>How to connect to it.</returns>
    public string CreateDatabase()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref _databases)}");
        Execute(ConnectionString("postgres"), $"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Database = database,
        Username = User,
        Password = _password,
    }.ToString();

    /// <summary>Runs SQL on a connection of its own.</summary>
    public static void Execute(string connectionString, string sql)
    {
        using var connection = Open(connectionString);
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    public static NpgsqlConnection Open(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        connection.Open();
        return connection;
    }

    /// <summary>Ends the server and all its processes by SIGKILL, as a power failure would.</summary>
    public void Kill()
    {
        if (_server is { } server)
        {
            server.Kill(entireProcessTree: true);
            server.WaitForExit();
            server.Dispose();
            _server = null;
        }
    }

    /// <summary>Starts the server, where it was killed, on the same folder and port; returns when it answers.</summary>
    public void Restart()
    {
        Kill();
        // A killed server's processes hold its memory for a moment, in which the next one refuses to start.
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < Patience; Thread.Sleep(50))
        {
            if (_server is null or { HasExited: true })
                Launch();
            if (Answers())
                return;
        }
        throw new InvalidOperationException($"PostgreSQL did not start: {File.ReadAllText(LogFile)}");
    }

    public void Dispose()
    {
        Kill();
        NpgsqlConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private void Initialise()
    {
        var passwordFile = Path.Combine(_folder, "password");
        File.WriteAllText(passwordFile, _password);
        if (Environment.IsPrivilegedProcess)
            Run("chown", "-R", "postgres:", _folder);
        RunAsServer(
            Program("initdb"), "--pgdata", Data, "--username", User, "--pwfile", passwordFile, "--auth", "scram-sha-256",
            "--encoding", "UTF8", "--no-locale", "--no-sync", "--no-instructions");
    }

    private void Launch()
    {
        string[] settings =
        [
            "listen_addresses=127.0.0.1", string.Create(CultureInfo.InvariantCulture, $"port={Port}"),
            "unix_socket_directories=", $"fsync={(_durable ? "on" : "off")}",
            "logging_collector=off", "max_connections=50",
        ];
        string[] server = [Program("postgres"), "-D", Data, .. settings.SelectMany(each => new[] { "-c", each })];
        _server?.Dispose();
        _server = Begin(AsServer(["sh", "-c", $"exec 2>>'{LogFile}'; {UntilInputEnds}", "sh", .. server]));
    }

    private bool Answers()
    {
        try
        {
            using var connection = Open(ConnectionString("postgres"));
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static void RunAsServer(params string[] command) => Run(AsServer(command));

    // PostgreSQL refuses to run as root.
    private static string[] AsServer(string[] command) => Environment.IsPrivilegedProcess
        ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--", .. command]
        : command;

    private static void Run(params string[] command)
    {
        using var process = Begin(command);
        process.StandardInput.Close();
        var said = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        if (!process.WaitForExit(Patience) || process.ExitCode != 0)
            throw new InvalidOperationException($"{command[0]} failed: {said.Result}{error}");
    }

    private static Process Begin(string[] command) => Process.Start(new ProcessStartInfo(command[0], command[1..])
    {
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = "/",
    })!;

    // Debian keeps the server's programs out of PATH, by version.
    private static string Program(string name)
    {
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderBy(each => each, StringComparer.Ordinal).LastOrDefault()
            : null;
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        return path.Prepend(debian + "/bin").Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"PostgreSQL's {name} is missing; run scripts/install.sh tests.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
