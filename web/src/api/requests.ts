// Made by tools/generate_web_api.py from the schemas in api/. Do not edit.

/** Filters and fields below a free-form one: "last_metrics.<id>.<id>.value", "hyperparams.Args.rate.value". */
export type FreePaths = { [path: `${string}.${string}`]: unknown };

export interface Requests {
  "auth.create_credentials": {
    expiration_sec?: number | null | undefined;
    label?: string | null | undefined;
  };
  "auth.create_user": {
    company?: string | null | undefined;
    email?: string | null | undefined;
    family_name?: string | null | undefined;
    given_name?: string | null | undefined;
    name: string;
    password?: string | null | undefined;
    role?: string | null | undefined;
    username?: string | null | undefined;
  };
  "auth.edit_credentials": {
    access_key: string;
    label?: string | null | undefined;
  };
  "auth.edit_user": {
    disabled?: boolean | null | undefined;
    role?: "admin" | "superuser" | "user" | "annotator" | "guest" | undefined;
    user?: string | null | undefined;
  };
  "auth.end_sessions": {
    user?: string | null | undefined;
  };
  "auth.fixed_users_mode": Record<string, unknown>;
  "auth.get_credentials": Record<string, unknown>;
  "auth.get_token_for_user": {
    company?: string | null | undefined;
    expiration_sec?: number | null | undefined;
    user: string;
  };
  "auth.login": {
    expiration_sec?: number | null | undefined;
    lease_epoch?: number | null | undefined;
    lease_task?: string | null | undefined;
  };
  "auth.logout": Record<string, unknown>;
  "auth.revoke_credentials": {
    access_key: string;
  };
  "auth.set_password": {
    current_password?: string | null | undefined;
    password: string;
    user?: string | null | undefined;
    username?: string | null | undefined;
  };
  "auth.validate_token": {
    token: string;
  };
  "debug.ping": Record<string, unknown>;
  "events.add": {
    allow_locked?: boolean | null | undefined;
    model_event?: boolean | null | undefined;
  };
  "events.add_batch": {
    allow_locked?: boolean | null | undefined;
    iter?: number | null | undefined;
    key?: string | null | undefined;
    level?: string | null | undefined;
    metric?: string | null | undefined;
    model_event?: boolean | null | undefined;
    msg?: string | null | undefined;
    plot_str?: string | null | undefined;
    task: string;
    timestamp?: number | string | null | undefined;
    type: string;
    url?: string | null | undefined;
    value?: number | string | null | undefined;
    variant?: string | null | undefined;
    worker?: string | null | undefined;
  };
  "events.clear_scroll": {
    scroll_id: string;
  };
  "events.clear_task_log": {
    allow_locked?: boolean | undefined;
    task: string;
    threshold_sec?: number | undefined;
  };
  "events.debug_images": {
    iters?: number | undefined;
    metrics: object[];
    model_events?: boolean | undefined;
    navigate_earlier?: boolean | undefined;
    refresh?: boolean | undefined;
    scroll_id?: string | undefined;
  };
  "events.delete_for_model": {
    allow_locked?: boolean | undefined;
    model: string;
  };
  "events.delete_for_task": {
    allow_locked?: boolean | undefined;
    task: string;
  };
  "events.download_task_log": {
    line_format?: string | undefined;
    line_type?: "json" | "text" | undefined;
    task: string;
  };
  "events.get_curves": {
    from?: number | null | undefined;
    key?: string | null | undefined;
    metrics?: object[] | null | undefined;
    model_events?: boolean | null | undefined;
    samples?: number | null | undefined;
    tasks: string[];
    to?: number | null | undefined;
  };
  "events.get_debug_image_sample": {
    iteration?: number | undefined;
    metric: string;
    model_events?: boolean | undefined;
    navigate_current_metric?: boolean | undefined;
    refresh?: boolean | undefined;
    scroll_id?: string | undefined;
    task: string;
    variant: string;
  };
  "events.get_log_lines": {
    count?: number | null | undefined;
    from?: number | null | undefined;
    model_events?: boolean | null | undefined;
    task: string;
  };
  "events.get_multi_task_metrics": {
    event_type?: "training_stats_scalar" | "training_stats_vector" | "training_debug_image" | "plot" | "log" | null | undefined;
    model_events?: boolean | undefined;
    tasks: string[];
  };
  "events.get_multi_task_plots": {
    iters?: number | undefined;
    model_events?: boolean | undefined;
    no_scroll?: boolean | undefined;
    scroll_id?: string | undefined;
    tasks: string[];
  };
  "events.get_plot_sample": {
    iteration?: number | undefined;
    metric: string;
    model_events?: boolean | undefined;
    navigate_current_metric?: boolean | undefined;
    refresh?: boolean | undefined;
    scroll_id?: string | undefined;
    task: string;
  };
  "events.get_scalar_metric_data": {
    metric?: string | null | undefined;
    model_events?: boolean | null | undefined;
    no_scroll?: boolean | null | undefined;
    scroll_id?: string | undefined;
    task?: string | null | undefined;
  };
  "events.get_scalar_metrics_and_variants": {
    model_events?: boolean | undefined;
    task: string;
  };
  "events.get_task_events": {
    batch_size?: number | undefined;
    event_type?: string | undefined;
    model_events?: boolean | undefined;
    order?: "asc" | "desc" | undefined;
    scroll_id?: string | undefined;
    task: string;
  };
  "events.get_task_latest_scalar_values": {
    task: string;
  };
  "events.get_task_log": {
    batch_size?: number | undefined;
    from_timestamp?: number | undefined;
    navigate_earlier?: boolean | undefined;
    order?: "asc" | "desc" | undefined;
    task: string;
  };
  "events.get_task_metrics": {
    event_type?: object | undefined;
    model_events?: boolean | undefined;
    tasks: string[];
  };
  "events.get_task_plots": {
    iters?: number | undefined;
    metrics?: object[] | undefined;
    model_events?: boolean | undefined;
    no_scroll?: boolean | undefined;
    scroll_id?: string | undefined;
    task: string;
  };
  "events.get_task_single_value_metrics": {
    model_events?: boolean | undefined;
    tasks: string[];
  };
  "events.get_vector_metrics_and_variants": {
    model_events?: boolean | undefined;
    task: string;
  };
  "events.multi_task_scalar_metrics_iter_histogram": {
    key?: object | undefined;
    model_events?: boolean | undefined;
    samples?: number | undefined;
    tasks: string[];
  };
  "events.next_debug_image_sample": {
    model_events?: boolean | undefined;
    navigate_earlier?: boolean | undefined;
    next_iteration?: boolean | undefined;
    scroll_id: string;
    task: string;
  };
  "events.next_plot_sample": {
    model_events?: boolean | undefined;
    navigate_earlier?: boolean | undefined;
    next_iteration?: boolean | undefined;
    scroll_id: string;
    task: string;
  };
  "events.plots": {
    iters?: number | undefined;
    metrics: object[];
    model_events?: boolean | undefined;
    navigate_earlier?: boolean | undefined;
    refresh?: boolean | undefined;
    scroll_id?: string | undefined;
  };
  "events.scalar_metrics_iter_histogram": {
    key?: object | undefined;
    metrics?: object[] | undefined;
    model_events?: boolean | undefined;
    samples?: number | undefined;
    task: string;
  };
  "events.scalar_metrics_iter_raw": {
    batch_size?: number | undefined;
    count_total?: boolean | undefined;
    key?: object | undefined;
    metric: object;
    model_events?: boolean | undefined;
    scroll_id?: string | undefined;
    task: string;
  };
  "events.search_log": {
    backward?: boolean | null | undefined;
    case_sensitive?: boolean | null | undefined;
    count?: number | null | undefined;
    from?: number | null | undefined;
    is_regex?: boolean | null | undefined;
    pattern: string;
    task: string;
  };
  "events.vector_metrics_iter_histogram": {
    metric: string;
    model_events?: boolean | undefined;
    task: string;
    variant: string;
  };
  "login.logout": Record<string, unknown>;
  "login.supported_modes": Record<string, unknown>;
  "models.add_or_update_metadata": {
    metadata: object[];
    model: string;
    replace_metadata?: boolean | undefined;
  };
  "models.archive_many": {
    ids: string[];
  };
  "models.create": {
    comment?: string | undefined;
    design?: object | undefined;
    framework?: string | undefined;
    labels?: object | undefined;
    metadata?: object[] | undefined;
    name: string;
    parent?: string | undefined;
    project?: string | undefined;
    public?: boolean | undefined;
    ready?: boolean | undefined;
    system_tags?: string[] | undefined;
    tags?: string[] | undefined;
    task?: string | undefined;
    uri: string;
  };
  "models.delete": {
    force?: boolean | undefined;
    model: string;
  };
  "models.delete_many": {
    force?: boolean | undefined;
    ids: string[];
  };
  "models.delete_metadata": {
    keys: string[];
    model: string;
  };
  "models.edit": {
    comment?: string | undefined;
    design?: object | undefined;
    framework?: string | undefined;
    iteration?: number | undefined;
    labels?: object | undefined;
    metadata?: object[] | undefined;
    model: string;
    name?: string | undefined;
    parent?: string | undefined;
    project?: string | undefined;
    ready?: boolean | undefined;
    system_tags?: string[] | undefined;
    tags?: string[] | undefined;
    task?: string | undefined;
    uri?: string | undefined;
  };
  "models.get_all": {
    _all_?: unknown | undefined;
    _any_?: unknown | undefined;
    framework?: string[] | null | undefined;
    id?: string[] | null | undefined;
    last_update?: string | string[] | null | undefined;
    name?: string | null | undefined;
    only_fields?: string[] | null | undefined;
    order_by?: string[] | null | undefined;
    page?: number | null | undefined;
    page_size?: number | null | undefined;
    project?: string[] | null | undefined;
    ready?: boolean | null | undefined;
    refresh_scroll?: boolean | null | undefined;
    scroll_id?: string | null | undefined;
    search_text?: string | null | undefined;
    size?: number | null | undefined;
    system_tags?: string[] | null | undefined;
    tags?: string[] | null | undefined;
    task?: string[] | null | undefined;
    uri?: string[] | null | undefined;
    user?: string[] | null | undefined;
  };
  "models.get_all_ex": {
    _all_?: unknown | undefined;
    _any_?: unknown | undefined;
    allow_public?: boolean | null | undefined;
    filters?: object | null | undefined;
    framework?: string[] | null | undefined;
    id?: string[] | null | undefined;
    include_subprojects?: boolean | null | undefined;
    name?: string | null | undefined;
    only_fields?: string[] | null | undefined;
    order_by?: string[] | null | undefined;
    page?: number | null | undefined;
    page_size?: number | null | undefined;
    parent?: unknown | undefined;
    project?: unknown | undefined;
    ready?: boolean | null | undefined;
    refresh_scroll?: boolean | null | undefined;
    scroll_id?: string | null | undefined;
    search_hidden?: boolean | null | undefined;
    search_text?: string | null | undefined;
    size?: number | null | undefined;
    system_tags?: unknown | undefined;
    tags?: unknown | undefined;
    task?: unknown | undefined;
    uri?: string[] | null | undefined;
    user?: string[] | null | undefined;
  };
  "models.get_by_id": {
    model: string;
  };
  "models.get_by_id_ex": {
    _all_?: unknown | undefined;
    _any_?: unknown | undefined;
    allow_public?: boolean | null | undefined;
    filters?: object | null | undefined;
    id: string[];
    include_subprojects?: boolean | null | undefined;
    name?: string | null | undefined;
    only_fields?: string[] | null | undefined;
    order_by?: string[] | null | undefined;
    page?: number | null | undefined;
    page_size?: number | null | undefined;
    project?: unknown | undefined;
    refresh_scroll?: boolean | null | undefined;
    scroll_id?: string | null | undefined;
    search_hidden?: boolean | null | undefined;
    search_text?: string | null | undefined;
    size?: number | null | undefined;
    system_tags?: unknown | undefined;
    tags?: unknown | undefined;
    user?: string[] | null | undefined;
  };
  "models.get_by_task_id": {
    task?: string | null | undefined;
  };
  "models.get_frameworks": {
    projects?: string[] | null | undefined;
  };
  "models.make_private": {
    ids?: string[] | null | undefined;
  };
  "models.make_public": {
    ids?: string[] | null | undefined;
  };
  "models.move": {
    ids: string[];
    project?: string | null | undefined;
    project_name?: string | undefined;
  };
  "models.publish_many": {
    force_publish_task?: boolean | undefined;
    ids: string[];
    publish_tasks?: boolean | undefined;
  };
  "models.set_ready": {
    force_publish_task?: boolean | undefined;
    model: string;
    publish_task?: boolean | undefined;
  };
  "models.unarchive_many": {
    ids: string[];
  };
  "models.update": {
    comment?: string | undefined;
    created?: string | undefined;
    iteration?: number | undefined;
    model: string;
    name?: string | undefined;
    project?: string | undefined;
    ready?: boolean | undefined;
    system_tags?: string[] | undefined;
    tags?: string[] | undefined;
    task?: string | undefined;
    ui_cache?: object | undefined;
  };
  "models.update_for_task": {
    comment?: string | undefined;
    iteration?: number | undefined;
    name?: string | undefined;
    override_model_id?: string | undefined;
    system_tags?: string[] | undefined;
    tags?: string[] | undefined;
    task: string;
    uri?: string | undefined;
  };
  "models.update_tags": {
    add_tags?: string[] | null | undefined;
    ids: string[];
    remove_tags?: string[] | null | undefined;
  };
  "organization.download_for_get_all": {
    prepare_id: string;
    project?: string | null | undefined;
  };
  "organization.get_deletion_status": Record<string, unknown>;
  "organization.get_entities_count": {
    active_users?: string[] | null | undefined;
    allow_public?: boolean | null | undefined;
    dataset_versions?: object | null | undefined;
    datasets?: object | null | undefined;
    limit?: number | null | undefined;
    models?: object | null | undefined;
    pipeline_runs?: object | null | undefined;
    pipelines?: object | null | undefined;
    projects?: object | null | undefined;
    reports?: object | null | undefined;
    search_hidden?: boolean | null | undefined;
    tasks?: object | null | undefined;
  };
  "organization.get_project_workloads": {
    allow_public?: boolean | null | undefined;
    from_date?: number | string | null | undefined;
    group_by?: string | null | undefined;
    include_subprojects?: boolean | null | undefined;
    project?: unknown | undefined;
    projects?: string[] | null | undefined;
    to_date?: number | string | null | undefined;
  };
  "organization.get_storage_usage": {
    allow_public?: boolean | null | undefined;
    include_subprojects?: boolean | null | undefined;
    projects?: string[] | null | undefined;
    refresh?: boolean | null | undefined;
    tasks?: number | null | undefined;
  };
  "organization.get_tags": {
    allow_public?: boolean | null | undefined;
    filter?: object | null | undefined;
    include_system?: boolean | null | undefined;
  };
  "organization.get_user_companies": Record<string, unknown>;
  "organization.prepare_download_for_get_all": {
    _all_?: unknown | undefined;
    _any_?: unknown | undefined;
    allow_public?: boolean | null | undefined;
    entity_type?: string | null | undefined;
    field_mappings?: object[] | null | undefined;
    filters?: object | null | undefined;
    id?: string[] | null | undefined;
    include_subprojects?: boolean | null | undefined;
    name?: string | null | undefined;
    only_fields: string[];
    order_by?: string[] | null | undefined;
    page?: number | null | undefined;
    page_size?: number | null | undefined;
    project?: unknown | undefined;
    refresh_scroll?: boolean | null | undefined;
    scroll_id?: string | null | undefined;
    search_hidden?: boolean | null | undefined;
    search_text?: string | null | undefined;
    size?: number | null | undefined;
    system_tags?: unknown | undefined;
    tags?: unknown | undefined;
    user?: string[] | null | undefined;
  };
  "pipelines.check_new_run": {
    queue?: string | null | undefined;
    task: string;
  };
  "pipelines.delete_runs": {
    delete_external_artifacts?: boolean | null | undefined;
    delete_output_models?: boolean | null | undefined;
    force?: boolean | null | undefined;
    ids: string[];
    project?: string | null | undefined;
    return_file_urls?: boolean | null | undefined;
  };
  "pipelines.start_pipeline": {
    args?: object[] | undefined;
    queue?: string | undefined;
    task: string;
    verify_watched_queue?: boolean | null | undefined;
  };
  "projects.create": {
    default_output_destination?: string | undefined;
    description?: string | undefined;
    name: string;
    system_tags?: string[] | undefined;
    tags?: string[] | undefined;
  };
  "projects.delete": {
    delete_contents?: boolean | undefined;
    force?: boolean | undefined;
    project: string;
  };
  "projects.get_all": {
    _all_?: unknown | undefined;
    _any_?: unknown | undefined;
    basename?: string | null | undefined;
    description?: string | null | undefined;
    id?: string[] | null | undefined;
    name?: string | null | undefined;
    only_fields?: string[] | null | undefined;
    order_by?: string[] | null | undefined;
    page?: number | null | undefined;
    page_size?: number | null | undefined;
    refresh_scroll?: boolean | null | undefined;
    scroll_id?: string | null | undefined;
    search_hidden?: boolean | null | undefined;
    search_text?: string | null | undefined;
    shallow_search?: boolean | null | undefined;
    size?: number | null | undefined;
    system_tags?: string[] | null | undefined;
    tags?: string[] | null | undefined;
  };
  "projects.get_all_ex": {
    _all_?: unknown | undefined;
    _any_?: unknown | undefined;
    active_users?: string[] | null | undefined;
    allow_public?: boolean | null | undefined;
    basename?: string | null | undefined;
    check_own_contents?: boolean | null | undefined;
    children_tags?: unknown | undefined;
    children_type?: string | null | undefined;
    description?: string | null | undefined;
    filters?: object | null | undefined;
    id?: string[] | null | undefined;
    include_dataset_stats?: boolean | null | undefined;
    include_stats?: boolean | null | undefined;
    include_stats_filter?: object | null | undefined;
    include_subprojects?: boolean | null | undefined;
    name?: string | null | undefined;
    non_public?: boolean | null | undefined;
    only_fields?: string[] | null | undefined;
    order_by?: string[] | null | undefined;
    page?: number | null | undefined;
    page_size?: number | null | undefined;
    parent?: unknown | undefined;
    project?: unknown | undefined;
    refresh_scroll?: boolean | null | undefined;
    scroll_id?: string | null | undefined;
    search_hidden?: boolean | null | undefined;
    search_text?: string | null | undefined;
    shallow_search?: boolean | null | undefined;
    size?: number | null | undefined;
    stats_for_state?: string | null | undefined;
    stats_with_children?: boolean | null | undefined;
    system_tags?: unknown | undefined;
    tags?: unknown | undefined;
    user?: string[] | null | undefined;
  };
  "projects.get_by_id": {
    project: string;
  };
  "projects.get_by_id_ex": {
    _all_?: unknown | undefined;
    _any_?: unknown | undefined;
    allow_public?: boolean | null | undefined;
    check_own_contents?: boolean | null | undefined;
    filters?: object | null | undefined;
    id: string[];
    include_dataset_stats?: boolean | null | undefined;
    include_stats?: boolean | null | undefined;
    include_stats_filter?: object | null | undefined;
    include_subprojects?: boolean | null | undefined;
    name?: string | null | undefined;
    only_fields?: string[] | null | undefined;
    order_by?: string[] | null | undefined;
    page?: number | null | undefined;
    page_size?: number | null | undefined;
    project?: unknown | undefined;
    refresh_scroll?: boolean | null | undefined;
    scroll_id?: string | null | undefined;
    search_hidden?: boolean | null | undefined;
    search_text?: string | null | undefined;
    size?: number | null | undefined;
    stats_for_state?: string | null | undefined;
    stats_with_children?: boolean | null | undefined;
    system_tags?: unknown | undefined;
    tags?: unknown | undefined;
    user?: string[] | null | undefined;
  };
  "projects.get_hyper_parameters": {
    include_subprojects?: boolean | undefined;
    page?: number | undefined;
    page_size?: number | undefined;
    project: string;
  };
  "projects.get_hyperparam_values": {
    allow_public?: boolean | undefined;
    include_subprojects?: boolean | undefined;
    name: string;
    page?: number | null | undefined;
    page_size?: number | null | undefined;
    projects?: string[] | null | undefined;
    section: string;
  };
  "projects.get_model_metadata_keys": {
    include_subprojects?: boolean | undefined;
    page?: number | undefined;
    page_size?: number | undefined;
    project?: string | undefined;
  };
  "projects.get_model_metadata_values": {
    allow_public?: boolean | undefined;
    include_subprojects?: boolean | undefined;
    key: string;
    page?: number | null | undefined;
    page_size?: number | null | undefined;
    projects?: string[] | null | undefined;
  };
  "projects.get_model_tags": {
    filter?: object | null | undefined;
    include_subprojects?: boolean | null | undefined;
    include_system?: boolean | null | undefined;
    projects?: string[] | null | undefined;
  };
  "projects.get_project_tags": {
    filter?: object | null | undefined;
    include_subprojects?: boolean | null | undefined;
    include_system?: boolean | null | undefined;
    projects?: string[] | null | undefined;
  };
  "projects.get_task_parents": {
    include_subprojects?: boolean | null | undefined;
    projects?: string[] | null | undefined;
    tasks_state?: "active" | "archived" | undefined;
  };
  "projects.get_task_tags": {
    filter?: object | null | undefined;
    include_subprojects?: boolean | null | undefined;
    include_system?: boolean | null | undefined;
    projects?: string[] | null | undefined;
  };
  "projects.get_unique_metric_variants": {
    include_subprojects?: boolean | null | undefined;
    model_metrics?: boolean | null | undefined;
    project?: string | null | undefined;
  };
  "projects.get_user_names": {
    allow_public?: boolean | null | undefined;
    entity?: string | null | undefined;
    include_subprojects?: boolean | null | undefined;
    projects?: string[] | null | undefined;
  };
  "projects.make_private": {
    ids?: string[] | null | undefined;
  };
  "projects.make_public": {
    ids?: string[] | null | undefined;
  };
  "projects.merge": {
    destination_project?: string | undefined;
    project: string;
  };
  "projects.move": {
    new_location?: string | undefined;
    project: string;
  };
  "projects.update": {
    default_output_destination?: string | undefined;
    description?: string | undefined;
    name?: string | undefined;
    project: string;
    system_tags?: string[] | undefined;
    tags?: string[] | undefined;
  };
  "projects.update_tags": {
    add_tags?: string[] | null | undefined;
    ids: string[];
    remove_tags?: string[] | null | undefined;
  };
  "projects.validate_delete": {
    project: string;
  };
  "queues.add_or_update_metadata": {
    metadata: object[];
    queue: string;
    replace_metadata?: boolean | undefined;
  };
  "queues.add_task": {
    queue: string;
    task: string;
  };
  "queues.clear_queue": {
    queue: string;
  };
  "queues.create": {
    display_name?: string | null | undefined;
    metadata?: object | null | undefined;
    name: string;
    system_tags?: string[] | undefined;
    tags?: string[] | undefined;
  };
  "queues.delete": {
    force?: boolean | undefined;
    queue: string;
  };
  "queues.delete_metadata": {
    keys: string[];
    queue: string;
  };
  "queues.get_all": {
    id?: string[] | null | undefined;
    max_task_entries?: number | null | undefined;
    name?: string | null | undefined;
    only_fields?: string[] | null | undefined;
    order_by?: string[] | null | undefined;
    page?: number | null | undefined;
    page_size?: number | null | undefined;
    refresh_scroll?: boolean | null | undefined;
    scroll_id?: string | null | undefined;
    search_hidden?: boolean | null | undefined;
    search_text?: string | null | undefined;
    size?: number | null | undefined;
    system_tags?: string[] | null | undefined;
    tags?: string[] | null | undefined;
  };
  "queues.get_all_ex": Record<string, unknown>;
  "queues.get_by_id": {
    max_task_entries?: number | undefined;
    queue: string;
  };
  "queues.get_by_task_id": {
    task: string;
  };
  "queues.get_default": Record<string, unknown>;
  "queues.get_next_task": {
    get_task_info?: boolean | null | undefined;
    queue?: string | undefined;
    queues?: string[] | null | undefined;
    task?: string | undefined;
    wait_sec?: number | null | undefined;
    worker?: string | null | undefined;
  };
  "queues.get_num_entries": {
    queue: string;
  };
  "queues.get_queue_metrics": {
    from_date: number;
    interval: number;
    queue_ids?: string[] | undefined;
    refresh?: boolean | undefined;
    to_date: number;
  };
  "queues.get_waiting_status": {
    task: string;
  };
  "queues.move_task_backward": {
    count?: number | undefined;
    queue: string;
    task: string;
  };
  "queues.move_task_forward": {
    count?: number | undefined;
    queue: string;
    task: string;
  };
  "queues.move_task_to_back": {
    queue: string;
    task: string;
  };
  "queues.move_task_to_front": {
    queue: string;
    task: string;
  };
  "queues.move_task_to_queue": {
    queue: string;
    target_queue: string;
    task: string;
    update_execution_queue?: boolean | null | undefined;
  };
  "queues.peek_task": {
    queue: string;
  };
  "queues.remove_task": {
    queue: string;
    task: string;
    update_task_status?: boolean | null | undefined;
  };
  "queues.return_task": {
    epoch: number;
    task: string;
  };
  "queues.update": {
    display_name?: string | null | undefined;
    metadata?: object | null | undefined;
    name?: string | undefined;
    queue: string;
    system_tags?: string[] | undefined;
    tags?: string[] | undefined;
  };
  "reports.archive": {
    message?: string | null | undefined;
    task: string;
  };
  "reports.create": {
    comment?: string | null | undefined;
    name: string;
    project?: string | null | undefined;
    report?: string | null | undefined;
    report_assets?: string[] | null | undefined;
    tags?: string[] | null | undefined;
  };
  "reports.delete": {
    delete_external_artifacts?: boolean | null | undefined;
    force?: boolean | null | undefined;
    return_file_urls?: boolean | null | undefined;
    task: string;
  };
  "reports.get_all_ex": {
    _all_?: unknown | undefined;
    _any_?: unknown | undefined;
    allow_public?: boolean | null | undefined;
    filters?: object | null | undefined;
    id?: string[] | null | undefined;
    include_subprojects?: boolean | null | undefined;
    name?: string | null | undefined;
    only_fields?: string[] | null | undefined;
    order_by?: string[] | null | undefined;
    page?: number | null | undefined;
    page_size?: number | null | undefined;
    project?: unknown | undefined;
    refresh_scroll?: boolean | null | undefined;
    scroll_id?: string | null | undefined;
    search_hidden?: boolean | null | undefined;
    search_text?: string | null | undefined;
    size?: number | null | undefined;
    status?: string[] | null | undefined;
    system_tags?: unknown | undefined;
    tags?: unknown | undefined;
    type?: string[] | null | undefined;
    user?: string[] | null | undefined;
  };
  "reports.get_tags": Record<string, unknown>;
  "reports.get_task_data": {
    _all_?: unknown | undefined;
    _any_?: unknown | undefined;
    allow_public?: boolean | null | undefined;
    debug_images?: object | null | undefined;
    filters?: object | null | undefined;
    id?: string[] | null | undefined;
    include_subprojects?: boolean | null | undefined;
    model_events?: boolean | null | undefined;
    name?: string | null | undefined;
    only_fields?: string[] | null | undefined;
    order_by?: string[] | null | undefined;
    page?: number | null | undefined;
    page_size?: number | null | undefined;
    plots?: object | null | undefined;
    project?: unknown | undefined;
    refresh_scroll?: boolean | null | undefined;
    scalar_metrics_iter_histogram?: object | null | undefined;
    scroll_id?: string | null | undefined;
    search_hidden?: boolean | null | undefined;
    search_text?: string | null | undefined;
    single_value_metrics?: object | null | undefined;
    size?: number | null | undefined;
    status?: string[] | null | undefined;
    system_tags?: unknown | undefined;
    tags?: unknown | undefined;
    type?: string[] | null | undefined;
    user?: string[] | null | undefined;
  };
  "reports.move": {
    project?: string | null | undefined;
    project_name?: string | null | undefined;
    task: string;
  };
  "reports.publish": {
    message?: string | null | undefined;
    task: string;
  };
  "reports.share": {
    share?: boolean | null | undefined;
    task: string;
  };
  "reports.unarchive": {
    message?: string | null | undefined;
    task: string;
  };
  "reports.update": {
    comment?: string | null | undefined;
    name?: string | null | undefined;
    report?: string | null | undefined;
    report_assets?: string[] | null | undefined;
    tags?: string[] | null | undefined;
    task: string;
  };
  "server.config": Record<string, unknown>;
  "server.info": Record<string, unknown>;
  "server.report_stats_option": {
    enabled?: boolean | null | undefined;
  };
  "serving.container_status_report": {
    container_id: string;
    endpoint_name: string;
    endpoint_url?: string | null | undefined;
    input_size?: string | number | null | undefined;
    input_type?: string | null | undefined;
    latency_ms?: number | null | undefined;
    machine_stats?: object | null | undefined;
    model_name: string;
    model_source?: string | null | undefined;
    model_version?: string | null | undefined;
    preprocess_artifact?: string | null | undefined;
    reference?: object[] | null | undefined;
    requests_min?: number | null | undefined;
    requests_num?: number | null | undefined;
    system_tags?: unknown | undefined;
    tags?: unknown | undefined;
    uptime_sec?: number | null | undefined;
  };
  "serving.get_endpoint_details": {
    endpoint_url: string;
  };
  "serving.get_endpoint_metrics_history": {
    endpoint_url: string;
    from_date: number;
    instance_charts?: boolean | null | undefined;
    interval: number;
    metric_type?: "requests" | "requests_min" | "latency_ms" | "cpu_count" | "gpu_count" | "cpu_util" | "gpu_util" | "ram_total" | "ram_used" | "ram_free" | "gpu_ram_total" | "gpu_ram_used" | "gpu_ram_free" | "network_rx" | "network_tx" | undefined;
    to_date: number;
  };
  "serving.get_endpoints": Record<string, unknown>;
  "serving.get_loading_instances": Record<string, unknown>;
  "serving.register_container": {
    container_id: string;
    endpoint_name: string;
    endpoint_url?: string | null | undefined;
    input_size?: string | number | null | undefined;
    input_type?: string | null | undefined;
    model_name: string;
    model_source?: string | null | undefined;
    model_version?: string | null | undefined;
    preprocess_artifact?: string | null | undefined;
    reference?: object[] | null | undefined;
    system_tags?: unknown | undefined;
    tags?: unknown | undefined;
    timeout?: number | null | undefined;
  };
  "serving.unregister_container": {
    container_id: string;
  };
  "tasks.add_or_update_artifacts": {
    artifacts: object[];
    force?: boolean | undefined;
    task: string;
  };
  "tasks.add_or_update_model": {
    iteration?: number | undefined;
    model: string;
    name: string;
    task: string;
    type: object;
  };
  "tasks.archive": {
    status_message?: string | undefined;
    status_reason?: string | undefined;
    tasks: string[];
  };
  "tasks.archive_many": {
    ids: string[];
    status_message?: string | undefined;
    status_reason?: string | undefined;
  };
  "tasks.clone": {
    execution_overrides?: object | undefined;
    new_project_name?: string | undefined;
    new_task_comment?: string | undefined;
    new_task_configuration?: object | undefined;
    new_task_container?: object | undefined;
    new_task_hyperparams?: object | undefined;
    new_task_input_models?: object[] | undefined;
    new_task_name?: string | undefined;
    new_task_parent?: string | undefined;
    new_task_project?: string | undefined;
    new_task_system_tags?: string[] | undefined;
    new_task_tags?: string[] | undefined;
    task: string;
    validate_references?: boolean | undefined;
  };
  "tasks.close": {
    force?: boolean | null | undefined;
    status_message?: string | undefined;
    status_reason?: string | undefined;
    task: string;
  };
  "tasks.completed": {
    force?: boolean | null | undefined;
    publish?: boolean | undefined;
    status_message?: string | undefined;
    status_reason?: string | undefined;
    task: string;
  };
  "tasks.create": {
    comment?: string | undefined;
    configuration?: object | undefined;
    container?: object | undefined;
    execution?: object | undefined;
    hyperparams?: object | undefined;
    input?: object | undefined;
    models?: object | undefined;
    name: string;
    output_dest?: string | undefined;
    parent?: string | undefined;
    project?: string | undefined;
    script?: object | undefined;
    system_tags?: string[] | undefined;
    tags?: string[] | undefined;
    type: object;
  };
  "tasks.delete": {
    delete_external_artifacts?: boolean | undefined;
    delete_output_models?: boolean | undefined;
    force?: boolean | null | undefined;
    move_to_trash?: boolean | null | undefined;
    return_file_urls?: boolean | undefined;
    status_message?: string | undefined;
    status_reason?: string | undefined;
    task: string;
  };
  "tasks.delete_artifacts": {
    artifacts: object[];
    force?: boolean | undefined;
    task: string;
  };
  "tasks.delete_configuration": {
    configuration: string[];
    force?: boolean | undefined;
    task: string;
  };
  "tasks.delete_hyper_params": {
    force?: boolean | undefined;
    hyperparams: object[];
    task: string;
  };
  "tasks.delete_many": {
    delete_external_artifacts?: boolean | undefined;
    delete_output_models?: boolean | undefined;
    force?: boolean | undefined;
    ids: string[];
    move_to_trash?: boolean | undefined;
    return_file_urls?: boolean | undefined;
  };
  "tasks.delete_models": {
    models: object[];
    task: string;
  };
  "tasks.dequeue": {
    status_message?: string | undefined;
    status_reason?: string | undefined;
    task: string;
  };
  "tasks.dequeue_many": {
    ids: string[];
    status_message?: string | undefined;
    status_reason?: string | undefined;
  };
  "tasks.edit": {
    comment?: string | undefined;
    configuration?: object | undefined;
    container?: object | undefined;
    execution?: object | undefined;
    force?: boolean | undefined;
    hyperparams?: object | undefined;
    input?: object | undefined;
    models?: object | undefined;
    name?: string | undefined;
    output_dest?: string | undefined;
    parent?: string | undefined;
    project?: string | undefined;
    runtime?: object | undefined;
    script?: object | undefined;
    system_tags?: string[] | undefined;
    tags?: string[] | undefined;
    task: string;
    type?: object | undefined;
  };
  "tasks.edit_configuration": {
    configuration: object[];
    force?: boolean | undefined;
    replace_configuration?: boolean | undefined;
    task: string;
  };
  "tasks.edit_hyper_params": {
    force?: boolean | undefined;
    hyperparams: object[];
    replace_hyperparams?: object | undefined;
    task: string;
  };
  "tasks.enqueue": {
    queue?: string | null | undefined;
    queue_name?: string | undefined;
    status_message?: string | undefined;
    status_reason?: string | undefined;
    task: string;
    verify_watched_queue?: boolean | undefined;
  };
  "tasks.enqueue_many": {
    ids: string[];
    queue?: string | undefined;
    queue_name?: string | undefined;
    status_message?: string | undefined;
    status_reason?: string | undefined;
    validate_tasks?: boolean | undefined;
    verify_watched_queue?: boolean | undefined;
  };
  "tasks.failed": {
    force?: boolean | null | undefined;
    status_message?: string | undefined;
    status_reason?: string | undefined;
    task: string;
  };
  "tasks.get_all": {
    _all_?: unknown | undefined;
    _any_?: unknown | undefined;
    id?: string[] | null | undefined;
    "input.view.entries.dataset"?: string[] | null | undefined;
    "input.view.entries.version"?: string[] | null | undefined;
    name?: string | null | undefined;
    only_fields?: string[] | null | undefined;
    order_by?: string[] | null | undefined;
    page?: number | null | undefined;
    page_size?: number | null | undefined;
    parent?: string | unknown[] | null | undefined;
    project?: string[] | null | undefined;
    refresh_scroll?: boolean | null | undefined;
    scroll_id?: string | null | undefined;
    search_hidden?: boolean | null | undefined;
    search_text?: string | null | undefined;
    size?: number | null | undefined;
    status?: object[] | null | undefined;
    status_changed?: string[] | null | undefined;
    system_tags?: string[] | null | undefined;
    tags?: string[] | null | undefined;
    type?: string[] | null | undefined;
    user?: string[] | null | undefined;
  };
  "tasks.get_all_ex": {
    _all_?: unknown | undefined;
    _any_?: unknown | undefined;
    allow_public?: boolean | null | undefined;
    filters?: object | null | undefined;
    id?: string[] | null | undefined;
    include_subprojects?: boolean | null | undefined;
    name?: string | null | undefined;
    only_fields?: string[] | null | undefined;
    order_by?: string[] | null | undefined;
    page?: number | null | undefined;
    page_size?: number | null | undefined;
    parent?: unknown | undefined;
    project?: unknown | undefined;
    refresh_scroll?: boolean | null | undefined;
    scroll_id?: string | null | undefined;
    search_hidden?: boolean | null | undefined;
    search_text?: string | null | undefined;
    size?: number | null | undefined;
    status?: unknown | undefined;
    system_tags?: unknown | undefined;
    tags?: unknown | undefined;
    type?: unknown | undefined;
    user?: string[] | null | undefined;
  };
  "tasks.get_by_id": {
    task: string;
  };
  "tasks.get_by_id_ex": {
    id: unknown;
  };
  "tasks.get_configuration_names": {
    skip_empty?: boolean | undefined;
    tasks: string[];
  };
  "tasks.get_configurations": {
    names?: string[] | undefined;
    tasks: string[];
  };
  "tasks.get_hyper_params": {
    tasks: string[];
  };
  "tasks.get_types": {
    projects?: string[] | null | undefined;
  };
  "tasks.make_private": {
    ids?: string[] | null | undefined;
  };
  "tasks.make_public": {
    ids?: string[] | null | undefined;
  };
  "tasks.move": {
    ids: string[];
    project?: string | null | undefined;
    project_name?: string | undefined;
  };
  "tasks.ping": {
    task: string;
  };
  "tasks.publish": {
    force?: boolean | null | undefined;
    publish_model?: boolean | null | undefined;
    status_message?: string | undefined;
    status_reason?: string | undefined;
    task: string;
  };
  "tasks.publish_many": {
    force?: boolean | undefined;
    ids: string[];
    publish_model?: boolean | undefined;
    status_message?: string | undefined;
    status_reason?: string | undefined;
  };
  "tasks.reset": {
    clear_all?: boolean | null | undefined;
    delete_external_artifacts?: boolean | undefined;
    delete_output_models?: boolean | undefined;
    force?: boolean | null | undefined;
    return_file_urls?: boolean | undefined;
    status_message?: string | undefined;
    status_reason?: string | undefined;
    task: string;
  };
  "tasks.reset_many": {
    clear_all?: boolean | undefined;
    delete_external_artifacts?: boolean | undefined;
    delete_output_models?: boolean | undefined;
    force?: boolean | undefined;
    ids: string[];
    return_file_urls?: boolean | undefined;
  };
  "tasks.set_requirements": {
    requirements: object;
    task: string;
  };
  "tasks.share": {
    share?: boolean | null | undefined;
    tasks?: string[] | null | undefined;
  };
  "tasks.started": {
    force?: boolean | null | undefined;
    status_message?: string | undefined;
    status_reason?: string | undefined;
    task: string;
  };
  "tasks.stop": {
    force?: boolean | null | undefined;
    status_message?: string | undefined;
    status_reason?: string | undefined;
    task: string;
  };
  "tasks.stop_many": {
    force?: boolean | undefined;
    ids: string[];
    status_message?: string | undefined;
    status_reason?: string | undefined;
  };
  "tasks.stopped": {
    force?: boolean | null | undefined;
    status_message?: string | undefined;
    status_reason?: string | undefined;
    task: string;
  };
  "tasks.unarchive": {
    status_message?: string | null | undefined;
    status_reason?: string | null | undefined;
    tasks: string[];
  };
  "tasks.unarchive_many": {
    ids: string[];
    status_message?: string | undefined;
    status_reason?: string | undefined;
  };
  "tasks.update": {
    comment?: string | undefined;
    created?: string | undefined;
    name?: string | undefined;
    output__error?: string | undefined;
    project?: string | undefined;
    system_tags?: string[] | undefined;
    tags?: string[] | undefined;
    task: string;
  };
  "tasks.update_batch": {
    comment?: string | null | undefined;
    created?: string | null | undefined;
    name?: string | null | undefined;
    output__error?: string | null | undefined;
    project?: string | null | undefined;
    system_tags?: string[] | null | undefined;
    tags?: string[] | null | undefined;
    task: string;
  };
  "tasks.update_tags": {
    add_tags?: string[] | null | undefined;
    ids: string[];
    remove_tags?: string[] | null | undefined;
  };
  "tasks.validate": {
    comment?: string | undefined;
    configuration?: object | undefined;
    container?: object | undefined;
    execution?: object | undefined;
    hyperparams?: object | undefined;
    input?: object | undefined;
    models?: object | undefined;
    name: string;
    output_dest?: string | undefined;
    parent?: string | undefined;
    project?: string | undefined;
    script?: object | undefined;
    system_tags?: string[] | undefined;
    tags?: string[] | undefined;
    type: object;
  };
  "users.delete": {
    user: string;
  };
  "users.get_all": {
    only_fields?: string[] | string | null | undefined;
  };
  "users.get_all_ex": Record<string, unknown>;
  "users.get_by_id": {
    user: string;
  };
  "users.get_current_user": Record<string, unknown>;
  "users.get_preferences": Record<string, unknown>;
  "users.set_preferences": {
    preferences: object;
  };
  "users.update": {
    name?: string | null | undefined;
    user: string;
  };
  "workers.get_activity_report": {
    from_date: number;
    interval: number;
    to_date: number;
  };
  "workers.get_all": {
    last_seen?: number | null | undefined;
    system_tags?: string[] | null | undefined;
    tags?: string[] | null | undefined;
    worker_pattern?: string | null | undefined;
  };
  "workers.get_count": {
    last_seen?: number | null | undefined;
    system_tags?: string[] | null | undefined;
    tags?: string[] | null | undefined;
    worker_pattern?: string | null | undefined;
  };
  "workers.get_metric_keys": {
    worker_ids?: string[] | null | undefined;
  };
  "workers.get_stats": {
    from_date: number;
    interval: number;
    items: object[];
    split_by_variant?: boolean | undefined;
    to_date: number;
    worker_ids?: string[] | null | undefined;
  };
  "workers.register": {
    queues?: string[] | undefined;
    system_tags?: string[] | undefined;
    tags?: string[] | undefined;
    timeout?: number | undefined;
    worker: string;
  };
  "workers.status_report": {
    machine_stats?: object | undefined;
    queue?: string | undefined;
    queues?: string[] | undefined;
    system_tags?: string[] | undefined;
    tags?: string[] | undefined;
    task?: string | undefined;
    timestamp: number;
    worker: string;
  };
  "workers.unregister": {
    worker: string;
  };
}
