using System.Text;
using SemanticSearch;
using Spectre.Console;

Console.OutputEncoding = Encoding.UTF8;
IAnsiConsole console = AnsiConsole.Console;
if (Console.IsOutputRedirected)
{
    console.Profile.Width = 160; // A pipe has no edge to wrap at.
}

return await new CommandLine(new Commands(console), Console.Out, Console.Error).RunAsync(args);
