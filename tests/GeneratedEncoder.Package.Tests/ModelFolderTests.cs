using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Package.Tests;

/// <summary>What a user of a model folder gets from the package.</summary>
[Collection(UserFolderCollection.Name)]
public sealed class ModelFolderTests(UserFolder project)
{
    private const string Output = "App/bin/Release/net10.0/";

    [Fact]
    public void The_program_finds_its_model_and_embeds()
    {
        int[] ids = [101, 1996, 4937, 2938, 2006, 1996, 13523, 102];
        CommandResult run = UserFolder.Dotnet(project.PathOf(""), [project.PathOf(Output + "App.dll"), .. ids.Select(id => id.ToString(CultureInfo.InvariantCulture))]);

        run.AssertSuccess();
        string[] lines = run.Output.Trim().Split('\n');
        Assert.Equal("256", lines[0].Trim());
        double[] embedding = [.. lines[1].Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
        Assert.InRange(Difference.Max(embedding, Expected(ids)), 0, 3e-5);
    }

    [Fact]
    public void Nothing_is_compiled_again_while_the_folder_stays_the_same()
    {
        // Another test may have broken the folder and mended it since the last build.
        project.Build("App").AssertSuccess();
        DateTime before = File.GetLastWriteTimeUtc(project.PathOf(Output + "App.dll"));
        File.SetLastWriteTimeUtc(project.PathOf($"Models/{MiniLmFolder.Name}/config.json"), DateTime.UtcNow);

        project.Build("App").AssertSuccess();

        Assert.Equal(before, File.GetLastWriteTimeUtc(project.PathOf(Output + "App.dll")));
    }

    [Fact]
    public void A_published_application_has_the_model_beside_it()
    {
        UserFolder.Dotnet(project.PathOf("App"), "publish", "--no-build", "-c", "Release", "-o", project.PathOf("published"), "-nodeReuse:false").AssertSuccess();

        string folder = project.PathOf($"published/Models/{MiniLmFolder.Name}");
        Assert.Equal(
            MiniLmFolder.Texts.Keys.Append("model.safetensors").Append("vocab.txt").Order(StringComparer.Ordinal),
            Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_program_refuses_another_folder_than_the_one_it_was_compiled_from()
    {
        string pooling = project.PathOf($"{Output}Models/{MiniLmFolder.Name}/1_Pooling/config.json"), before = File.ReadAllText(pooling);
        File.WriteAllText(pooling, before.Replace("\"pooling_mode_cls_token\": false, \"pooling_mode_mean_tokens\": true", "\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false"));
        try
        {
            CommandResult run = UserFolder.Dotnet(project.PathOf(""), project.PathOf(Output + "App.dll"), "101", "102");

            Assert.NotEqual(0, run.ExitCode);
            Assert.Contains(
                "Pooling is Cls there (pooling_mode_cls_token in 1_Pooling/config.json), but was Mean when it was compiled (pooling_mode_mean_tokens in 1_Pooling/config.json)",
                run.Output, StringComparison.Ordinal);
        }
        finally
        {
            File.WriteAllText(pooling, before);
        }
    }

    /// <summary>Through a project between, in a single file that extracts itself: its base directory isn't where it and the model are.</summary>
    [Fact]
    public void Who_uses_the_package_of_a_library_with_an_encoder_gets_the_model()
    {
        UserFolder.Dotnet(project.PathOf("Library"), "pack", "--no-build", "-c", "Release", "-o", project.PathOf("feed"), "-nodeReuse:false").AssertNoWarning();

        UserFolder.Dotnet(project.PathOf("PackageConsumer"), "publish", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "--no-self-contained", "-p:PublishSingleFile=true",
            "-p:IncludeAllContentForSelfExtract=true", "-o", project.PathOf("single"), "-nodeReuse:false", "-p:UseSharedCompilation=false").AssertNoWarning();

        string program = project.PathOf("single/PackageConsumer" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        CommandResult run = UserFolder.Run(program, project.PathOf(""), DemonstrationModel.Ids);
        run.AssertSuccess();
        DemonstrationModel.AssertEmbedding(run.Output);
        Directory.Delete(project.PathOf("single/Models"), recursive: true);
        Assert.Contains(project.PathOf($"single/Models/{DemonstrationModel.Name}"), UserFolder.Run(program, project.PathOf(""), DemonstrationModel.Ids).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_can_do_without_its_models()
    {
        UserFolder.Dotnet(project.PathOf("Library"), "pack", "--no-build", "-c", "Release", "-o", project.PathOf("without"), "-p:EncoderModelsInPackage=false", "-nodeReuse:false").AssertNoWarning();

        using ZipArchive package = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(project.PathOf("without"), "*.nupkg")));
        Assert.DoesNotContain(package.Entries, entry => entry.FullName.StartsWith("models/", StringComparison.Ordinal) || entry.FullName.StartsWith("buildTransitive/", StringComparison.Ordinal));
    }

    [Fact]
    public void Dotnet_watch_watches_the_models_files_of_a_project_that_is_referenced()
    {
        CommandResult list = UserFolder.Dotnet(project.PathOf("Consumer"), "watch", "--list", "--no-restore");

        list.AssertSuccess();
        Assert.Contains($"Models/{DemonstrationModel.Name}/config.json".Replace('/', Path.DirectorySeparatorChar), list.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_renamed_tensor_fails_the_build_and_is_named()
    {
        const string name = "encoder.layer.3.intermediate.dense.bias", renamed = "encoder.layer.3.intermediate.dense.bios";
        RenameInHeader(name, renamed);
        try
        {
            CommandResult build = project.Build("App");

            Assert.NotEqual(0, build.ExitCode);
            Assert.Contains($"error GE0024: The model 'all-MiniLM-L6-v2' has no tensor '{name}' (expected with shape [1536])", build.Output, StringComparison.Ordinal);
        }
        finally
        {
            RenameInHeader(renamed, name);
        }
    }

    /// <summary>As an IDE asks while a project is open: it wants the compiler's inputs, not errors.</summary>
    [Fact]
    public void A_design_time_build_gives_the_compiler_the_model_even_if_the_folder_is_gone()
    {
        string folder = project.PathOf("Models");
        Directory.Move(folder, folder + " away");
        try
        {
            CommandResult build = UserFolder.Dotnet(project.PathOf("App"), "msbuild", "-t:Compile", "-p:DesignTimeBuild=true",
                "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true", "-p:Configuration=Release", "-getItem:AdditionalFiles", "-nodeReuse:false");

            build.AssertSuccess();
            Assert.Contains("all-MiniLM-L6-v2.encodermodel.json", build.Output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Move(folder + " away", folder);
        }
    }

    /// <summary>The mean of the hidden states in double precision, of length 1.</summary>
    private double[] Expected(int[] ids)
    {
        using OnnxEncoder onnx = OnnxEncoder.Create(
            EncoderShape.MiniLm, project.Model.Tensors, new OnnxEncoderOptions { Float64 = true });
        double[][] rows = [.. onnx.Encode64(ids).Chunk(EncoderShape.MiniLm.HiddenSize)];
        double[] mean = [.. Enumerable.Range(0, EncoderShape.MiniLm.HiddenSize).Select(column => rows.Average(row => row[column]))];
        double length = Math.Sqrt(mean.Sum(value => value * value));
        return Array.ConvertAll(mean, value => value / length);
    }

    /// <summary>Overwrites a name in the header with one of the same length.</summary>
    private void RenameInHeader(string name, string renamed)
    {
        using FileStream file = File.Open(project.PathOf($"Models/{MiniLmFolder.Name}/model.safetensors"), FileMode.Open);
        byte[] start = new byte[20_000];
        file.ReadExactly(start);
        int index = start.AsSpan().IndexOf(Encoding.ASCII.GetBytes(name));
        Assert.True(index > 0, "The name is not in the header.");
        file.Position = index;
        file.Write(Encoding.ASCII.GetBytes(renamed));
    }
}
