namespace GeneratedEncoder.Package.Tests;

/// <summary>The packages in projects of each kind.</summary>
[Collection(UserFolderCollection.Name)]
public sealed class ProjectKindTests(UserFolder folder)
{
    [Fact]
    public void All_build_without_a_warning() => folder.FirstBuild.AssertNoWarning();

    [Fact]
    public void A_minimal_API_embeds_for_its_caller() => AssertEmbeds("Web", DemonstrationModel.Sentence);

    [Fact]
    public void The_text_package_alone_brings_the_generator_and_the_model() => AssertEmbeds("Texts", DemonstrationModel.Sentence);

    [Fact]
    public void Who_references_a_library_with_an_encoder_needs_no_package_and_gets_the_model_beside_it() => AssertEmbeds("Consumer", DemonstrationModel.Ids);

    [Fact]
    public void A_build_without_optimization_says_so_in_the_project_that_has_the_encoder()
    {
        CommandResult build = folder.Build("Consumer", "-p:Optimize=false", "-o", folder.PathOf("unoptimized"));

        build.AssertSuccess();
        Assert.Contains("warning GE0103: ", build.Output, StringComparison.Ordinal);
        Assert.All(
            build.Output.Split('\n').Where(line => line.Contains("GE0103", StringComparison.Ordinal)),
            line => Assert.Contains("Library.csproj]", line, StringComparison.Ordinal));
        folder.Build("Consumer", "-p:Optimize=false", "-p:NoWarn=GE0103", "-o", folder.PathOf("unoptimized")).AssertNoWarning();
    }

    private void AssertEmbeds(string project, params string[] arguments)
    {
        CommandResult run = UserFolder.Dotnet(folder.PathOf(""), [folder.PathOf($"{project}/bin/Release/net10.0/{project}.dll"), .. arguments]);

        run.AssertSuccess();
        DemonstrationModel.AssertEmbedding(run.Output);
    }
}
