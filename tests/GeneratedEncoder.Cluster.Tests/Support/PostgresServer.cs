using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace GeneratedEncoder.Cluster.Tests;

/// <summary>A PostgreSQL of its own on this machine's own address, with its data in a temporary folder. It ends with this process, however that ends.</summary>
internal sealed class PostgresServer : IDisposable
{
    private const int MaxConnections = 200;

    private readonly string _folder;
    private readonly int _port;
    private readonly Process _guard;
    private int _databases;

    private PostgresServer(string folder)
    {
        (_folder, _port) = (folder, FreePort());
        // It waits until this process ends, however it does: then its standard input ends too. Killed or not, no server stays.
        const string Script = """exec >/dev/null 2>&1; trap '' INT; cat; "$1/pg_ctl" -D "$2/data" stop -m immediate; rm -rf "$2" """;
        string[] command = PostgresPrograms.AsAccount(["sh", "-c", Script, "guard", PostgresPrograms.Folder!, folder]);
        _guard = Process.Start(new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = Path.GetTempPath(), RedirectStandardInput = true })!;
    }

    /// <summary>Starts one with nothing in it. <see cref="PostgresPrograms.Missing"/> says where that can't be.</summary>
    public static PostgresServer Start()
    {
        PostgresServer server = new(PostgresPrograms.CreateFolder());
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.EndWithProcess();
        PostgresPrograms.Run("initdb", "-D", server.Data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync");
        // No power fails here, so nothing has to be on the disk.
        File.AppendAllLines(Path.Combine(server.Data, "postgresql.conf"), [
            "listen_addresses = '127.0.0.1'", $"port = {server._port}", "unix_socket_directories = ''", $"max_connections = {MaxConnections}",
            "fsync = off", "full_page_writes = off", "shared_buffers = 32MB", "max_wal_size = 128MB"]);
        server.StartAgain();
        return server;
    }

    /// <summary>Makes a database, and returns the string to connect to it.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        string name = $"test{Interlocked.Increment(ref _databases)}";
        await using NpgsqlConnection connection = new(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using NpgsqlCommand command = new($"create database {name}", connection);
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    /// <summary>Ends it at once, as a crash would, and starts it again with what it had written.</summary>
    public void Restart()
    {
        StopAtOnce();
        StartAgain();
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public void StopAtOnce() => PostgresPrograms.Run("pg_ctl", "-D", Data, "stop", "-m", "immediate", "-w");

    /// <summary>Starts it on the port and with the data that it had.</summary>
    public void StartAgain() => PostgresPrograms.Run("pg_ctl", "-D", Data, "start", "-w", "-t", "60", "-l", Path.Combine(_folder, "log"));

    /// <summary>Processor time of all its processes until now, those that have ended too; 0 where the system doesn't tell.</summary>
    public long ProcessorMilliseconds()
    {
        const int MillisecondsPerTick = 10; // USER_HZ, which is the same for all that a Linux system tells its programs.
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        string main = File.ReadLines(Path.Combine(Data, "postmaster.pid")).First();
        long ticks = 0;
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            try
            {
                // "4711 (name) S parent ...": the 12th to 15th behind the name are its own times and those of its ended children.
                string stat = File.ReadAllText(Path.Combine(folder, "stat"));
                string[] values = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                ticks += Path.GetFileName(folder) == main ? values[11..15].Sum(long.Parse) : values[1] == main ? values[11..13].Sum(long.Parse) : 0;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has just ended.
            }
        }

        return ticks * MillisecondsPerTick;
    }

    public void Dispose()
    {
        _guard.StandardInput.Dispose();
        _guard.WaitForExit(TimeSpan.FromSeconds(30));
        _guard.Dispose();
    }

    private string Data => Path.Combine(_folder, "data");

    private void EndWithProcess()
    {
        try
        {
            Dispose();
        }
        catch (InvalidOperationException)
        {
            // A test has disposed of it.
        }
    }

    private string ConnectionString(string database) => $"Host=127.0.0.1;Port={_port};Username=postgres;Database={database}";

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
