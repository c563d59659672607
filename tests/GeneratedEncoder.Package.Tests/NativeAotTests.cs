using System.Runtime.InteropServices;

namespace GeneratedEncoder.Package.Tests;

/// <summary>The package in a NativeAOT executable. Skipped where no linker is installed.</summary>
[Collection(UserFolderCollection.Name)]
public sealed class NativeAotTests(UserFolder folder)
{
    private const long MostBytes = 4_000_000;

    [SkippableFact]
    public void An_executable_of_at_most_4_MB_embeds_and_nothing_warns_of_trimming_or_AOT()
    {
        SkipWithoutLinker();

        // What every machine that runs this has: others' CPUs may be older than AVX2.
        CommandResult publish = Publish("-p:EncoderInstructionSet=native");

        publish.AssertNoWarning();
        string executable = folder.PathOf("native/Native");
        Assert.InRange(new FileInfo(executable).Length, 100_000, MostBytes);
        Assert.Empty(Directory.GetFiles(folder.PathOf("native"), "*.dll"));
        CommandResult run = UserFolder.Run(executable, folder.PathOf(""), DemonstrationModel.Ids);
        run.AssertSuccess();
        DemonstrationModel.AssertEmbedding(run.Output);
    }

    [SkippableFact]
    public void Without_a_choice_of_instruction_set_it_warns()
    {
        SkipWithoutLinker();
        Skip.IfNot(RuntimeInformation.ProcessArchitecture == Architecture.X64, "Only x64's standard instruction set is too old.");

        CommandResult unchosen = Compile(), chosen = Compile("-p:IlcInstructionSet=x86-64-v2");

        unchosen.AssertSuccess();
        Assert.Contains("warning GE0102: ", unchosen.Output, StringComparison.Ordinal);
        chosen.AssertNoWarning();
    }

    private CommandResult Publish(params string[] options) =>
        UserFolder.Dotnet(folder.PathOf("Native"), ["publish", "-c", "Release", "-o", folder.PathOf("native"), "-nodeReuse:false", "-p:UseSharedCompilation=false", .. options]);

    /// <summary>Publishes as far as the compiler's command line, which has the instruction set: the rest takes long.</summary>
    private CommandResult Compile(params string[] options) =>
        UserFolder.Dotnet(folder.PathOf("Native"),
            ["build", "-c", "Release", "-p:_IsPublishing=true", "-t:WriteIlcRspFileForCompilation", "-nodeReuse:false", "-p:UseSharedCompilation=false", .. options]);

    private static void SkipWithoutLinker()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        Skip.IfNot(OperatingSystem.IsLinux(), "The search for a linker knows Linux only.");
        Skip.IfNot(
            folders.Any(folder => File.Exists(Path.Combine(folder, "clang")) || File.Exists(Path.Combine(folder, "gcc"))),
            "NativeAOT needs a linker, clang or gcc, and neither is on the PATH.");
    }
}
