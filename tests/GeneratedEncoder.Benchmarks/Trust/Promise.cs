namespace GeneratedEncoder.Benchmarks.Trust;

/// <summary>What is promised, and the tests that fail when it is broken.</summary>
internal sealed record Promise(string Text, params Guard[] Guards)
{
    /// <summary>All of them, in the order of the README's table.</summary>
    public static IReadOnlyList<Promise> All { get; } =
    [
        new("A text has the same bits on every vector width, and without vector hardware",
            new("Tests", "DeterminismTests.Every_width_with_fused_multiply_add_gives_the_same_bits"),
            new("Tests", "DeterminismTests.Software_fused_multiply_add_gives_the_same_bits")),
        new("... with any number of threads",
            new("Tests", "DeterminismTests.Any_number_of_threads_gives_the_same_bits"),
            new("Tests", "TeamTests"),
            new("Tests", "BlockSharingTests")),
        new("... and in any batch, whatever stands beside it",
            new("Tests", "BatchTests"),
            new("Tests", "PoisonTests"),
            new("Text.Tests", "TextEncoderTests.Many_texts_come_in_order_with_the_bits_that_each_has_alone")),
        new("Vectors are within 3e-5 of float64",
            new("Tests", "NumericsTests"),
            new("Tests", "GoldenEncoderTests"),
            new("Tests", "HeadTests"),
            new("Tests", "ExtremeInputTests")),
        new("On inputs that are hard for float32, at any depth, the error is no larger than ONNX Runtime's",
            new Guard("Tests", "ErrorGrowthTests")),
        new("A call allocates nothing",
            new("Tests", "AllocationTests"),
            new("Text.Tests", "AllocationTests")),
        new("Memory is what was planned when you compiled, and its parts don't overlap",
            new("Tests", "EncodersTests.Memory_holds_the_weights_and_a_text"),
            new("Generator.Tests", "PlanTests.Regions_start_on_cache_lines_and_never_overlap")),
        new("No offset that generated code computes exceeds its type or the memory planned for it, up to the largest legal encoder",
            new Guard("Generator.Tests", "OffsetTests")),
        new("Calls leave nothing behind: no memory, thread, handle or collection",
            new Guard("Tests", "EnduranceTests")),
        new("No call reads or writes outside of its spans and the encoder's memory",
            new Guard("Tests", "GuardPageTests")),
        new("The JIT optimises every generated method",
            new("Tests", "JitTests"),
            new("Generator.Tests", "PlanTests.An_encoder_is_emitted_in_less_than_300_kB_and_no_method_exceeds_the_budget")),
        new("A bad or hostile file is an `InvalidDataException` that names what is wrong",
            new("Tests", "BadFileTests"),
            new("Tests", "BadModelTests"),
            new("Tests", "HeadFileTests"),
            new("Tests", "ShardedFileTests"),
            new("Tests", "FuzzTests"),
            new("Tests", "NonFiniteWeightTests"),
            new("Text.Tests", "BadFolderTests"),
            new("Generator.Tests", "ModelFolders.JsonReaderTests"),
            new("Generator.Tests", "ModelFolders.ModelFolderDiagnosticsTests.Damaged_files_never_throw")),
        new("A file that is cut short while it is in use is refused, and the process goes on",
            new Guard("Tests", "ShrinkingFileTests")),
        new("A bad call is an `ArgumentException`, before anything is written",
            new("Tests", "BadCallTests"),
            new("Tests", "BadVectorCallTests"),
            new("Tests", "HeadContractTests")),
        new("Callers may share an instance, and dispose of it while others call",
            new("Tests", "ConcurrencyTests"),
            new("Tests", "DisposalTests"),
            new("Tests", "CrowdTests"),
            new("Text.Tests", "CrowdTests"),
            new("Text.Tests", "TextEncoderTests.Threads_share_an_encoder"),
            new("Text.Tests", "EmbeddingGeneratorTests.Threads_share_a_generator")),
        new("A call is finished or never begun, whoever interrupts its caller, and no workspace is lost",
            new("Tests", "InterruptTests"),
            new("Tests", "TeamTests.A_caller_that_is_interrupted_stays_until_its_call_has_ended_and_has_the_interrupt_then")),
        new("Where threads can't be started, calls do without",
            new("Tests", "ThreadLimitTests"),
            new("Tests", "TeamTests.Threads_that_can_not_be_started_are_missed_by_nobody_and_tried_again_less_and_less_often")),
        new("An encoder that nobody disposed of is freed, with its threads",
            new("Tests", "ForgottenTests"),
            new("Tests", "DisposalTests.The_file_of_an_encoder_that_nobody_disposed_is_closed_by_the_garbage_collector")),
        new("Threads wait for work, never for each other: in every order of steps, on any processor",
            new("Tests", "BlockSharingTests"),
            new("Tests", "TeamTests.The_caller_alone_does_everything_if_no_thread_comes"),
            new("Tests", "WarmUpTests")),
        new("Processors that somebody gave a thread stay what they are",
            new Guard("Tests", "AffinityTests")),
        new("Whatever is declared, the generated code compiles without a warning or a diagnostic says why not",
            new("Generator.Tests", "DeclarationMatrixTests"),
            new("Generator.Tests", "DeclarationTests"),
            new("Generator.Tests", "HidingNamesTests"),
            new("Generator.Tests", "SurroundingsTests"),
            new("Generator.Tests", "WrongAttributesTests")),
        new("An error of an attribute or a model folder stands alone: code that uses the encoder has none behind it",
            new Guard("Generator.Tests", "StubTests")),
        new("The library needs no other package and no native library",
            new("Package.Tests", "PackageFileTests.The_package_is_whole_and_depends_on_nothing"),
            new("Package.Tests", "ReachTests.No_native_library_but_the_C_library"),
            new("Package.Tests", "ReachTests.Every_file_is_one_of_these_assemblies_or_a_text")),
        new("Nothing talks to a network, starts a process, or runs what is in a file",
            new Guard("Package.Tests", "ReachTests.No_network_no_process_no_code_from_files")),
        new("NativeAOT publishes without a warning",
            new Guard("Package.Tests", "NativeAotTests")),
        new("The same sources give the same packages, byte for byte",
            new("Package.Tests", "ReproducibilityTests"),
            new("Package.Tests", "PackageFileTests.Each_assembly_has_all_its_sources_inside_under_names_that_tell_nothing_of_where_it_was_built")),
    ];
}

/// <summary>A class of tests, or one test of it, by its name below the project's own.</summary>
/// <param name="Project">The project without GeneratedEncoder.</param>
/// <param name="Name">Class, or Class.Method.</param>
internal sealed record Guard(string Project, string Name)
{
    public string FullName => $"GeneratedEncoder.{Project}.{Name}";

    /// <summary>The class of tests, as the table names it.</summary>
    public string Class => Name.Split('.').Single(part => part.EndsWith("Tests", StringComparison.Ordinal));

    /// <summary>Whether a test belongs to it.</summary>
    /// <param name="test">Its full name, with its class and without its arguments.</param>
    public bool Covers(string test) => test == FullName || test.StartsWith(FullName + ".", StringComparison.Ordinal);
}
