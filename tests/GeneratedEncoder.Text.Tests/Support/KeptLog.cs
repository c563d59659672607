using Microsoft.Extensions.Logging;

namespace GeneratedEncoder.Text.Tests;

/// <summary>A log that keeps what it is told.</summary>
internal sealed class KeptLog : ILoggerFactory
{
    public List<string> Said { get; } = [];

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, Said);

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    private sealed class Logger(string category, List<string> said) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (said)
            {
                said.Add($"{logLevel} {category}: {formatter(state, exception)}");
            }
        }
    }
}
