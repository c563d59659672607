using System.Diagnostics;
using SharpFuzz;

namespace GeneratedEncoder.Fuzz;

/// <summary>This program in a folder of its own, where SharpFuzz has made the libraries count their branches.</summary>
internal static class Instrumented
{
    private const string Mark = "instrumented.txt";

    private static readonly string[] s_libraries =
        ["GeneratedEncoder.dll", "GeneratedEncoder.Text.dll", "GeneratedEncoder.Generator.dll", "GeneratedEncoder.Build.dll"];

    public static bool Is => File.Exists(Path.Combine(AppContext.BaseDirectory, Mark));

    /// <summary>Runs it there, the target's name being the second argument; returns its exit code.</summary>
    public static int Run(string[] args)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("generated-encoder-fuzz-");
        try
        {
            foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory))
            {
                File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
            }

            foreach (string library in s_libraries)
            {
                // All types; the list of their names is made while they are instrumented.
                _ = Fuzzer.Instrument(Path.Combine(folder.FullName, library), _ => true, Options.Value).Count();
            }

            File.WriteAllText(Path.Combine(folder.FullName, Mark), "");
            using Process process = Process.Start("dotnet", ["exec", Path.Combine(folder.FullName, "GeneratedEncoder.Fuzz.dll"), .. args]);
            process.WaitForExit();
            if (process.ExitCode is not (0 or 1))
            {
                Console.WriteLine($"{args[1]} {LastInput.Read(args[1])}\nThe process ended with exit code {process.ExitCode}.");
            }

            return process.ExitCode;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
