extern alias build;

using System.Buffers.Binary;
using System.Text;
using build::GeneratedEncoder.Build;
using GeneratedEncoder.Generator.Check;
using GeneratedEncoder.Generator.Spec;
using GeneratedEncoder.Generator.Spec.ModelFolders;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace GeneratedEncoder.Generator.Tests.ModelFolders;

/// <summary>The build's task: what of a folder on disk the compiler gets to see, and what is copied.</summary>
public sealed partial class TaskTests : IDisposable
{
    private const string Name = "tiny";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("generated encoder é;1 ");

    public TaskTests()
    {
        foreach ((string path, string text) in new TinyFolder().WithPipeline().Files)
        {
            Write(path, path == "model.safetensors" ? Weights(text) : Encoding.UTF8.GetBytes(text));
        }

        Write("vocab.txt", "[PAD]"u8);
        Write("pytorch_model.bin", [1, 2, 3]);
        Write("onnx/config.json", "{}"u8);
    }

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData("Models/tiny")]
    [InlineData("Models/tiny/")]
    [InlineData("Models/../Models/tiny//")]
    [InlineData("./Models/tiny")]
    public void A_folder_becomes_one_file_that_the_compiler_understands(string include)
    {
        ReadEncoderModels task = Run(new TaskItem(Path.Combine(Escaped, include)));

        (EncoderSpec spec, IReadOnlyList<SpecProblem> problems) = TinyFolder.Complete(File.ReadAllText(Assert.Single(task.Bundles).ItemSpec), Name);
        Assert.Empty(problems);
        Assert.Equal((16, Pooling.Cls, true), (spec.HiddenSize, spec.Pooling, spec.Normalize));
        Assert.Equal("Models/tiny", spec.Model!.OutputFolder);
    }

    [Fact]
    public void What_the_application_needs_is_copied_and_nothing_else()
    {
        ReadEncoderModels task = Run(Folder());

        Assert.Equal(
            ["Models/tiny/1_Pooling/config.json", "Models/tiny/config.json", "Models/tiny/model.safetensors", "Models/tiny/modules.json", "Models/tiny/vocab.txt"],
            task.Files.Select(file => file.GetMetadata("Link")).Order(StringComparer.Ordinal));
        Assert.All(task.Files, file => Assert.True(File.Exists(file.ItemSpec), file.ItemSpec));
        Assert.All(task.Files, file => Assert.Equal("PreserveNewest", file.GetMetadata("CopyToOutputDirectory")));
    }

    [Theory]
    [InlineData("Always", 5)]
    [InlineData("Never", 0)]
    public void Copying_is_the_users_choice(string choice, int files)
    {
        TaskItem folder = Folder();
        folder.SetMetadata("CopyToOutputDirectory", choice);

        ReadEncoderModels task = Run(folder);

        Assert.Equal(files, task.Files.Length);
        Assert.All(task.Files, file => Assert.Equal(choice, file.GetMetadata("CopyToOutputDirectory")));
        Assert.Single(task.Bundles);
    }

    [Fact]
    public void A_bundle_that_stays_the_same_is_not_written_again()
    {
        string bundle = Run(Folder()).Bundles[0].ItemSpec;
        DateTime before = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(bundle, before);

        // Other weights of the same names and shapes.
        byte[] weights = File.ReadAllBytes(PathOf("model.safetensors"));
        weights[^1] = 77;
        File.WriteAllBytes(PathOf("model.safetensors"), weights);
        Run(Folder());
        Assert.Equal(before, File.GetLastWriteTimeUtc(bundle));

        Write("config.json", Encoding.UTF8.GetBytes(TinyFolder.Config.Replace("1e-12", "1e-5")));
        Run(Folder());
        Assert.NotEqual(before, File.GetLastWriteTimeUtc(bundle));
    }

    [Fact]
    public void A_folder_may_have_another_name_for_attributes()
    {
        TaskItem folder = Folder();
        folder.SetMetadata("ModelName", "other");

        ReadEncoderModels task = Run(folder);

        Assert.Equal("other.encodermodel.json", Path.GetFileName(task.Bundles[0].ItemSpec));
        Assert.Empty(TinyFolder.Complete(File.ReadAllText(task.Bundles[0].ItemSpec), "other").Problems);
        Assert.All(task.Files, file => Assert.StartsWith("Models/other/", file.GetMetadata("Link"), StringComparison.Ordinal));
    }

    [Fact]
    public void Two_folders_of_one_name_are_an_error()
    {
        RecordingEngine engine = new();

        Assert.False(Task(engine, Folder(), new TaskItem(Path.Combine(Escaped, "elsewhere", Name))).Execute());
        Assert.Contains("are both called 'tiny'; give one of them a ModelName", Assert.Single(engine.Errors).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.safetensors", null, "it has no model.safetensors; its pytorch_model.bin must be converted to safetensors")]
    [InlineData("config.json", null, "it has no config.json")]
    [InlineData("model.safetensors", "", "has no bytes: it is empty, or no ordinary file")]
    [InlineData("model.safetensors", "version https://git-lfs.github.com/spec/v1\n", "it is a Git LFS pointer")]
    [InlineData("model.safetensors", "\u0010\0\0\0\0\0\0\0{}", "its first 8 bytes give a header of 16 bytes, but the file has 10 bytes")]
    [InlineData("model.safetensors", "PK\u0003\u0004\u0014\u0015\u0016\u0017", "give a header of 1663540288692570960 bytes")]
    [InlineData("model.safetensors", "\u0002\0\0\0\0\0\0\0{]", "its header is not valid: line 1, column 2")]
    [InlineData("model.safetensors", "\u0002\0\0\0\0\0\0\0\u00ff\u00fe", "its header is not UTF-8")]
    public void What_is_wrong_with_a_file_is_said_by_the_compiler(string path, string? content, string message)
    {
        File.Delete(PathOf(path));
        if (content is not null)
        {
            Write(path, Encoding.Latin1.GetBytes(content));
        }

        AssertProblem(message.Replace("1663540288692570960", BinaryPrimitives.ReadUInt64LittleEndian("PK\u0003\u0004\u0014\u0015\u0016\u0017"u8).ToString()));
    }

    [Fact]
    public void A_truncated_file_is_refused()
    {
        byte[] whole = File.ReadAllBytes(PathOf("model.safetensors"));
        Write("model.safetensors", whole.AsSpan(..^1));

        AssertProblem("is said to end at byte 4 of the data, but the file has 3 bytes of data; it may be truncated");
    }

    [Fact]
    public void A_folder_that_is_not_there_is_no_error_of_the_build()
    {
        Directory.Delete(PathOf(""), recursive: true);

        AssertProblem("there is no folder '");
    }

    [Fact]
    public void Shards_are_found_through_their_index()
    {
        var tensors = TinyFolder.Tensors().ToArray();
        File.Delete(PathOf("model.safetensors"));
        Write("model.safetensors.index.json", Encoding.UTF8.GetBytes(
            $"{{\"weight_map\": {{{string.Join(",", tensors.Select((t, i) => $"\"{t.Name}\": \"part-{i % 2}.safetensors\""))}}}}}"));
        Write("part-0.safetensors", Weights(TinyFolder.Header(tensors.Where((_, i) => i % 2 == 0))));
        Write("part-1.safetensors", Weights(TinyFolder.Header(tensors.Where((_, i) => i % 2 == 1))));

        ReadEncoderModels task = Run(Folder());

        Assert.Empty(TinyFolder.Complete(File.ReadAllText(task.Bundles[0].ItemSpec), Name).Problems);
        Assert.Equal(3, task.Files.Count(file => file.ItemSpec.Contains(".safetensors", StringComparison.Ordinal)));
        File.Delete(PathOf("part-1.safetensors"));
        AssertProblem("model.safetensors.index.json names 'part-1.safetensors', which it doesn't have");
    }

    [Fact]
    public void Byte_order_marks_are_passed_over_in_every_file()
    {
        Write("tokenizer_config.json", "{\"model_max_length\": 5}"u8);
        Write("config_sentence_transformers.json", "{\"prompts\": {}}"u8);
        foreach (string file in Directory.GetFiles(PathOf(""), "*.json", SearchOption.AllDirectories))
        {
            File.WriteAllBytes(file, [0xEF, 0xBB, 0xBF, .. File.ReadAllBytes(file)]);
        }

        (EncoderSpec spec, IReadOnlyList<SpecProblem> problems) = TinyFolder.Complete(File.ReadAllText(Run(Folder()).Bundles[0].ItemSpec), Name);
        Assert.Empty(problems);
        Assert.Equal((Pooling.Cls, true, 5), (spec.Pooling, spec.Normalize, spec.MaxTokens));
    }

    /// <summary>What MSBuild makes of Models/*/config.json, and of Models/**/config.json.</summary>
    [Theory]
    [InlineData("config.json")]
    [InlineData("config.json", "1_Pooling/config.json", "onnx/config.json")]
    public void A_config_stands_for_its_folder_and_one_in_a_models_folder_for_nothing(params string[] found)
    {
        RecordingEngine engine = new();
        ReadEncoderModels task = Task(engine, [.. found.Select(path => new TaskItem(Path.Combine(Escaped, "Models", Name, path)))]);

        Assert.True(task.Execute());
        Assert.Equal("tiny.encodermodel.json", Path.GetFileName(Assert.Single(task.Bundles).ItemSpec));
        Assert.Empty(TinyFolder.Complete(File.ReadAllText(task.Bundles[0].ItemSpec), Name).Problems);
    }

    [Fact]
    public void Another_file_is_an_error_that_says_what_to_write()
    {
        RecordingEngine engine = new();

        Assert.False(Task(engine, new TaskItem(Path.Combine(Escaped, "Models", Name, "vocab.txt"))).Execute());
        BuildErrorEventArgs error = Assert.Single(engine.Errors);
        Assert.Equal("GE0104", error.Code);
        Assert.Contains("is a file: name its model's folder. A pattern finds files only; Include=\"Models/*/config.json\" stands for", error.Message, StringComparison.Ordinal);
    }

    private static string DenseHeader => TinyFolder.Header([("linear.weight", "F32", [4, 16])]);

    private static ModelBundle BundleOf(ReadEncoderModels task) => ModelBundle.Read(File.ReadAllText(Assert.Single(task.Bundles).ItemSpec));

    /// <summary>Adds a module with weights in 2_Dense at the end of the pipeline.</summary>
    private void WriteModule(string type, string path)
    {
        Write("modules.json", Encoding.UTF8.GetBytes(TinyFolder.Modules.TrimEnd()[..^1] + $", {{\"idx\": 3, \"name\": \"3\", \"path\": \"{path}\", \"type\": \"{type}\"}}]"));
        Write("2_Dense/config.json", "{}"u8);
        Write("2_Dense/model.safetensors", Weights(DenseHeader));
    }

    private string Escaped => _root.FullName.Replace(";", "%3B");

    private string PathOf(string path) => Path.Combine(_root.FullName, "Models", Name, path);

    private TaskItem Folder() => new(Path.Combine(Escaped, "Models", Name));

    private void Write(string path, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllBytes(PathOf(path), content);
    }

    /// <summary>A safetensors file of that header, whose tensors all lie in the same four bytes.</summary>
    private static byte[] Weights(string header)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, Encoding.UTF8.GetByteCount(header));
        return [.. length, .. Encoding.UTF8.GetBytes(header), 1, 2, 3, 4];
    }

    private ReadEncoderModels Task(IBuildEngine engine, params ITaskItem[] folders) =>
        new() { BuildEngine = engine, Folders = folders, ProjectFolder = _root.FullName, IntermediateFolder = "obj/Models/" };

    private ReadEncoderModels Run(ITaskItem folder)
    {
        RecordingEngine engine = new();
        ReadEncoderModels task = Task(engine, folder);
        Assert.True(task.Execute());
        Assert.Empty(engine.Errors);
        return task;
    }

    private void AssertProblem(string message)
    {
        SpecProblem problem = Assert.Single(TinyFolder.Complete(File.ReadAllText(Run(Folder()).Bundles[0].ItemSpec), Name).Problems);
        Assert.Equal("GE0021", problem.Rule.Id);
        Assert.Contains(message, problem.Arguments[1], StringComparison.Ordinal);
    }

    private sealed class RecordingEngine : IBuildEngine
    {
        public List<BuildErrorEventArgs> Errors { get; } = [];

        public bool ContinueOnError => false;

        public int LineNumberOfTaskNode => 0;

        public int ColumnNumberOfTaskNode => 0;

        public string ProjectFileOfTaskNode => "";

        public bool BuildProjectFile(string projectFileName, string[] targetNames, System.Collections.IDictionary globalProperties, System.Collections.IDictionary targetOutputs) => false;

        public void LogCustomEvent(CustomBuildEventArgs e)
        {
        }

        public void LogErrorEvent(BuildErrorEventArgs e) => Errors.Add(e);

        public void LogMessageEvent(BuildMessageEventArgs e)
        {
        }

        public void LogWarningEvent(BuildWarningEventArgs e)
        {
        }
    }
}
