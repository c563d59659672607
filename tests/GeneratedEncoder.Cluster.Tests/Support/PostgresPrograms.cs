using System.Diagnostics;

namespace GeneratedEncoder.Cluster.Tests;

/// <summary>PostgreSQL's programs as Debian's package installs them, and the account that may run them.</summary>
internal static class PostgresPrograms
{
    /// <summary>PostgreSQL refuses to run as root, and Debian's package makes this account for it.</summary>
    private const string Account = "postgres";

    private static readonly bool s_isRoot = !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    /// <summary>The folder of initdb, pg_ctl and postgres, or null.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>Why no server can be started here, or null.</summary>
    public static string? Missing { get; } =
        OperatingSystem.IsWindows() ? "Windows has no signals, and these tests are about them."
        : Folder is null ? "There is no PostgreSQL server here (apt-get install postgresql)."
        : s_isRoot && !(File.Exists("/usr/sbin/runuser") && File.ReadLines("/etc/passwd").Any(line => line.StartsWith(Account + ":", StringComparison.Ordinal)))
            ? $"PostgreSQL doesn't run as root, and there is no runuser or no account '{Account}' (apt-get install postgresql util-linux)."
        : null;

    /// <summary>Runs one of them to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has what it said.</exception>
    public static void Run(string program, params string[] arguments) => RunCommand(AsAccount([Path.Combine(Folder!, program), .. arguments]));

    /// <summary>A command line that runs another one as an account that PostgreSQL accepts.</summary>
    public static string[] AsAccount(string[] command) => s_isRoot ? ["runuser", "-u", Account, "--", .. command] : command;

    /// <summary>A new folder that belongs to that account.</summary>
    public static string CreateFolder()
    {
        string folder = Directory.CreateTempSubdirectory("cluster-tests-postgres-").FullName;
        if (s_isRoot)
        {
            RunCommand(["chown", Account, folder]);
        }

        return folder;
    }

    private static void RunCommand(string[] command)
    {
        using Process process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}:\n{output.Result}{errors.Result}");
        }
    }

    private static string? Find()
    {
        const string Debian = "/usr/lib/postgresql";
        IEnumerable<string> debian = Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian).OrderByDescending(folder => Version(folder)).Select(folder => Path.Combine(folder, "bin"))
            : [];
        IEnumerable<string> path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return debian.Concat(path).FirstOrDefault(folder => Array.TrueForAll(["initdb", "pg_ctl", "postgres"], program => File.Exists(Path.Combine(folder, program))));
    }

    private static int Version(string folder) => int.TryParse(Path.GetFileName(folder), out int version) ? version : 0;
}
