using System.Text;
using EmbeddingCluster;
using Spectre.Console;

Console.OutputEncoding = Encoding.UTF8;
return await new CommandLine(AnsiConsole.Console, Console.Out, Console.Error).RunAsync(args);
