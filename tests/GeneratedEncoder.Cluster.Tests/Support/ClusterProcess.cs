using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using EmbeddingCluster;

namespace GeneratedEncoder.Cluster.Tests;

/// <summary>A process of the sample, and all that it says.</summary>
internal sealed class ClusterProcess : IDisposable
{
    private const int SignalTerminate = 15, SignalContinue = 18, SignalStop = 19;

    private readonly Process _process;
    private readonly string _command;
    private readonly StringBuilder _output = new(), _errors = new();
    private readonly Task _reading;

    private ClusterProcess(string[] arguments)
    {
        _command = string.Join(' ', arguments);
        ProcessStartInfo start = new("dotnet", [typeof(MiniLm).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        Id = _process.Id;
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput, _output), ReadAsync(_process.StandardError, _errors));
    }

    /// <summary>Its id, which its connections to the database have in their names.</summary>
    public int Id { get; }

    public bool HasExited => _process.HasExited;

    public static ClusterProcess Start(params string[] arguments) => new(arguments);

    /// <summary>All of its standard output by now.</summary>
    public string Output => Snapshot(_output);

    /// <summary>All of its standard error by now.</summary>
    public string Errors => Snapshot(_errors);

    /// <summary>Its command and all that it said.</summary>
    public string Story => $"--- {_command}\n{(HasExited ? $"ended with {_process.ExitCode}" : "still runs")}; output:\n{Output}errors:\n{Errors}";

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code; 128 and the signal's number if a signal ended it.</returns>
    public async Task<int> EndAsync()
    {
        try
        {
            await Task.WhenAll(_process.WaitForExitAsync(), _reading).WaitAsync(Wait.Limit);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"It didn't end.\n{Story}");
        }

        return _process.ExitCode;
    }

    /// <summary>Waits for its end, which is to be a success, and returns what its last line counts.</summary>
    public async Task<Completed> CompleteAsync()
    {
        int code = await EndAsync();
        Assert.True(code == 0, Story);
        return Completed.Parse(Output);
    }

    /// <summary>Ends it with no chance to do anything more (kill -9).</summary>
    public async Task KillAsync()
    {
        Assert.False(HasExited, $"It ended before it was killed.\n{Story}");
        _process.Kill();
        await EndAsync();
    }

    /// <summary>Asks it to end (SIGTERM).</summary>
    public void Terminate() => Send(SignalTerminate);

    /// <summary>Takes the processor from it (SIGSTOP), until <see cref="Continue"/>.</summary>
    public void Stop() => Send(SignalStop);

    /// <summary>Lets it go on (SIGCONT).</summary>
    public void Continue() => Send(SignalContinue);

    public void Dispose()
    {
        if (!HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Send(int signal)
    {
        Assert.False(HasExited, $"It ended before signal {signal}.\n{Story}");
        Assert.Equal(0, Kill(Id, signal));
    }

    private static async Task ReadAsync(StreamReader reader, StringBuilder into)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (into)
            {
                into.AppendLine(line);
            }
        }
    }

    private static string Snapshot(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}

/// <summary>What a process that completed a job says in its last line.</summary>
/// <param name="Rows">The corpus' rows.</param>
/// <param name="Distinct">Different texts among them.</param>
/// <param name="Computed">Texts that this process computed and committed.</param>
internal sealed record Completed(int Rows, int Distinct, int Computed)
{
    public static Completed Parse(string output)
    {
        string last = output.TrimEnd().Split('\n')[^1].Trim();
        string[] words = last.Split(' ');
        Assert.True(words is ["complete:", _, _, _, ..], $"The last line isn't as it should be: {last}");
        return new Completed(Number("rows"), Number("distinct"), Number("computed"));

        int Number(string name) => int.Parse(words.Single(word => word.StartsWith(name + "=", StringComparison.Ordinal))[(name.Length + 1)..]);
    }
}
